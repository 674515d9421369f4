"""What casework only records, one table per kind of thing."""

from services.casework.lifecycles.asylbens import ASYLBENS
from services.casework.lifecycles.closure import CIRCUMSTANCES, CLOSURE
from services.casework.lifecycles.conferences import CASE_CONFERENCE
from services.casework.lifecycles.courses import (
    COURSE_DUTY,
    COURSE_PLACE,
    COURSE_REPORT,
    COURSE_RIGHT,
)
from services.casework.lifecycles.data_protection import LEGAL_HOLD, RESTRICTION, SUBJECT_ACCESS
from services.casework.lifecycles.funding import PROJECT, VOLUNTEER_FUNDING
from services.casework.lifecycles.guides import CONSULTATION, GUIDE, GUIDE_DUTY, GUIDE_POST
from services.casework.lifecycles.housing import (
    FLAT_SEARCH,
    HOUSING_COST_REQUEST,
    REGISTRATION,
    TENANCY,
)
from services.casework.lifecycles.move_out import MOVE_OUT, PLACE_LEFT
from services.casework.lifecycles.network import (
    AGREEMENT,
    COORDINATION_MEETING,
    INTEGRATION_CONCEPT,
    MEASURE,
    NETWORK_MEETING,
    PARTNER_OVERVIEW,
    PUBLICATION,
    RULE_SET,
    VISIT,
    WORKING_GROUP,
)
from services.casework.lifecycles.offers import GROUP_OFFER, OFFER, OFFER_REFERRAL, PROVIDER
from services.casework.lifecycles.qualification import EMPLOYER, QUALIFICATION
from services.casework.lifecycles.residence import RESIDENCE_RULE_END
from services.casework.lifecycles.settling import BANK_ACCOUNT, HEALTH_FUND
from services.casework.lifecycles.tasks import TASK
from services.casework.lifecycles.volunteers import (
    HELPER_CIRCLE,
    VOLUNTEER,
    VOLUNTEER_INITIATIVE,
    VOLUNTEER_MATCH,
    VOLUNTEER_RECRUITMENT,
)
from services.chassis.lifecycle import Lifecycle

CASE_LIFECYCLES: tuple[Lifecycle, ...] = (
    LEGAL_HOLD,
    RESTRICTION,
    SUBJECT_ACCESS,
    ASYLBENS,
    CIRCUMSTANCES,
    CLOSURE,
    CASE_CONFERENCE,
    COURSE_DUTY,
    COURSE_PLACE,
    COURSE_REPORT,
    COURSE_RIGHT,
    CONSULTATION,
    GUIDE,
    FLAT_SEARCH,
    HOUSING_COST_REQUEST,
    REGISTRATION,
    TENANCY,
    MOVE_OUT,
    PLACE_LEFT,
    OFFER_REFERRAL,
    QUALIFICATION,
    RESIDENCE_RULE_END,
    BANK_ACCOUNT,
    HEALTH_FUND,
    TASK,
    VOLUNTEER_MATCH,
)
NETWORK_LIFECYCLES: tuple[Lifecycle, ...] = (
    PROJECT,
    VOLUNTEER_FUNDING,
    GUIDE_DUTY,
    GUIDE_POST,
    AGREEMENT,
    COORDINATION_MEETING,
    INTEGRATION_CONCEPT,
    MEASURE,
    NETWORK_MEETING,
    PARTNER_OVERVIEW,
    PUBLICATION,
    RULE_SET,
    VISIT,
    WORKING_GROUP,
    GROUP_OFFER,
    OFFER,
    PROVIDER,
    EMPLOYER,
    HELPER_CIRCLE,
    VOLUNTEER,
    VOLUNTEER_INITIATIVE,
    VOLUNTEER_RECRUITMENT,
)
