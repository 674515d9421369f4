"""What intake only records, one table per kind of thing."""

from services.chassis.lifecycle import Lifecycle
from services.intake.lifecycles.accommodation import ACCOMMODATION, PLACE
from services.intake.lifecycles.consent import CONSENT
from services.intake.lifecycles.person import DUPLICATE, HOUSEHOLD, INTERPRETING
from services.intake.lifecycles.reception import QUOTA_PROGRESS
from services.intake.lifecycles.residence import (
    INTERIM_PROOF,
    RESIDENCE_RULE,
    TEMPORARY_PROTECTION,
    TITLE_END,
)

CASE_LIFECYCLES: tuple[Lifecycle, ...] = (
    PLACE,
    CONSENT,
    DUPLICATE,
    HOUSEHOLD,
    INTERPRETING,
    INTERIM_PROOF,
    RESIDENCE_RULE,
    TEMPORARY_PROTECTION,
    TITLE_END,
)
NETWORK_LIFECYCLES: tuple[Lifecycle, ...] = (ACCOMMODATION, QUOTA_PROGRESS)
