"""What casework only records, one table per kind of thing."""

from services.casework.lifecycles.tasks import TASK
from services.chassis.lifecycle import Lifecycle

CASE_LIFECYCLES: tuple[Lifecycle, ...] = (TASK,)
NETWORK_LIFECYCLES: tuple[Lifecycle, ...] = ()
