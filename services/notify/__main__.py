"""Run the service: ``python -m services.notify``."""

from services.chassis.serving import serve
from services.notify.app import SERVICE

if __name__ == "__main__":
    serve(SERVICE)
