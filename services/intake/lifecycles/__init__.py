"""What intake only records, one table per kind of thing."""

from services.chassis.lifecycle import Lifecycle

CASE_LIFECYCLES: tuple[Lifecycle, ...] = ()
NETWORK_LIFECYCLES: tuple[Lifecycle, ...] = ()
