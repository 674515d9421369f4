"""What jobcenter_bridge only records, one table per kind of thing."""

from services.chassis.lifecycle import Lifecycle

CASE_LIFECYCLES: tuple[Lifecycle, ...] = ()
