"""The services by name, loaded when they are needed."""

from importlib import import_module
from typing import cast

from services.chassis.service import Service


def service_named(name: str) -> Service:
    """The declaration of a service."""
    return cast("Service", import_module(f"services.{name}.app").SERVICE)
