"""The main function of a service process."""

import asyncio
import signal
import sys

import structlog

from services.chassis.app import Runtime
from services.chassis.logging import set_up_logging
from services.chassis.service import Service
from services.chassis.settings import Settings, WrongSettings


def serve(service: Service) -> None:
    """The main function of a service process; exits 0 after a clean stop, 1 with a reason else."""
    try:
        settings = Settings.load()
    except WrongSettings as error:
        sys.stderr.write(f"staffel {service.name}: {error}\n")
        sys.exit(1)
    set_up_logging(settings.log_format, settings.log_level)
    log = structlog.get_logger(service=service.name)
    try:
        asyncio.run(_serve_until_signalled(service, settings))
    except Exception as error:  # noqa: BLE001 - whatever it was, say it in one line and exit 1
        log.error("stopped", reason=f"{type(error).__name__}: {error}")  # noqa: TRY400
        sys.exit(1)


async def _serve_until_signalled(service: Service, settings: Settings) -> None:
    runtime = Runtime(service, settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, runtime.stopping.set)
    await runtime.run()
