"""Run the service: ``python -m services.jobcenter_bridge``."""

from services.chassis.app import serve
from services.jobcenter_bridge.app import SERVICE

if __name__ == "__main__":
    serve(SERVICE)
