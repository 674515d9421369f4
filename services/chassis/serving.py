"""The main function of a service process."""

from services.chassis.app import Runtime
from services.chassis.process import load_settings, run_process
from services.chassis.service import Service
from services.chassis.settings import Settings


def serve(service: Service) -> None:
    """The main function of a service process; exits 0 after a clean stop, 1 with a reason else."""
    settings = load_settings(service.name, Settings)
    run_process(service.name, settings, lambda: Runtime(service, settings))
