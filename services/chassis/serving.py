"""The main function of a service process."""

import time

import structlog
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from services.chassis.app import App
from services.chassis.running.process import load_settings, run_process
from services.chassis.service import Service
from services.chassis.settings import Settings

DATABASE_WITHIN = 60.0
LOOK_EVERY = 0.5


def serve(service: Service) -> None:
    """The main function of a service process; exits 0 after a clean stop, 1 with a reason else."""
    settings = load_settings(service.name, Settings)
    run_process(service.name, settings, lambda: _opened(service, settings))


def _opened(service: Service, settings: Settings) -> App:
    """The service, once its database server answers: both may come up in any order.

    Raises:
        OperationalError: it does not within a minute, or the database is a file.
    """
    deadline, told = time.monotonic() + DATABASE_WITHIN, False
    while True:
        try:
            return App(service, settings)
        except OperationalError:
            if _is_a_file(settings.database) or time.monotonic() > deadline:
                raise
            if not told:
                structlog.get_logger(service=service.name).warning("the database does not answer")
            told = True
            time.sleep(LOOK_EVERY)


def _is_a_file(database: str) -> bool:
    return make_url(database).get_backend_name() == "sqlite"
