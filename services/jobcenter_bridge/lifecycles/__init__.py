"""What jobcenter_bridge only records, one table per kind of thing."""

from services.chassis.lifecycle import Lifecycle
from services.jobcenter_bridge.lifecycles.appointments import APPOINTMENT, FIRST_PAYMENT
from services.jobcenter_bridge.lifecycles.housing import HOUSING_COST_ASSURANCE
from services.jobcenter_bridge.lifecycles.labour import LABOUR
from services.jobcenter_bridge.lifecycles.settling import HEALTH_INSURANCE, VOCATIONAL_COURSE

CASE_LIFECYCLES: tuple[Lifecycle, ...] = (
    APPOINTMENT,
    FIRST_PAYMENT,
    *LABOUR,
    HOUSING_COST_ASSURANCE,
    HEALTH_INSURANCE,
    VOCATIONAL_COURSE,
)
