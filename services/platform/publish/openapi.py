"""The OpenAPI document of a service: what its HTTP side offers, each command by itself."""

from types import SimpleNamespace
from typing import Any, cast

from services.chassis.endpoints.http import make_http
from services.chassis.running.runtime import Runtime
from services.platform.services import service_named


def openapi(name: str) -> dict[str, Any]:
    """The document that the running service gives at ``/openapi.json``."""
    # Building the routes asks the runtime for nothing but what the service declares.
    runtime = cast("Runtime", SimpleNamespace(service=service_named(name), after_commit=[]))
    return make_http(runtime).openapi()
