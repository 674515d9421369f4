"""Run the service: ``python -m services.intake``."""

from services.chassis.serving import serve
from services.intake.app import SERVICE

if __name__ == "__main__":
    serve(SERVICE)
