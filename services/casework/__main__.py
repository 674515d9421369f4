"""Run the service: ``python -m services.casework``."""

from services.casework.app import SERVICE
from services.chassis.serving import serve

if __name__ == "__main__":
    serve(SERVICE)
