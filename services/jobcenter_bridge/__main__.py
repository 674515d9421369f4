"""Run the service: ``python -m services.jobcenter_bridge``."""

from services.chassis.serving import serve
from services.jobcenter_bridge.app import SERVICE

if __name__ == "__main__":
    serve(SERVICE)
