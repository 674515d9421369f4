"""Who sees what jobcenter_bridge says about health funds and courses."""

from typing import Final

from staffel_contracts.audiences.rules import BACK, COURSES, SENT_TO, Seen, all_of
from staffel_contracts.codes import AgencyKind
from staffel_contracts.facts import jobcenter_bridge as bridge

SEEN: Final[Seen] = {
    bridge.HealthInsuranceRegistered: {
        AgencyKind.DISTRICT: all_of(bridge.HealthInsuranceRegistered, BACK),
        AgencyKind.JOBCENTER: all_of(bridge.HealthInsuranceRegistered, SENT_TO),
    },
    bridge.VocationalLanguageCourseEnrolled: {
        AgencyKind.DISTRICT: all_of(bridge.VocationalLanguageCourseEnrolled, COURSES),
        AgencyKind.JOBCENTER: all_of(bridge.VocationalLanguageCourseEnrolled, COURSES),
    },
}
