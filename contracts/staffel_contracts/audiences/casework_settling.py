"""Who sees what casework says about settling in and courses."""

from typing import Final

from staffel_contracts.audiences.rules import (
    CONSENT,
    COURSES,
    OPEN,
    OWN_CASE,
    PLEDGED,
    PROVIDER,
    SENT_TO,
    Seen,
    all_but,
    all_of,
    only,
)
from staffel_contracts.codes import AgencyKind, ConsentKind
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework

_OF_TASKS: tuple[type[Fact], ...] = (
    casework.TaskOpened,
    casework.TaskCompleted,
    casework.TaskOverdue,
    casework.TaskCancelled,
)

SEEN: Final[Seen] = {
    task: {
        AgencyKind.DISTRICT: all_of(task, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(task, SENT_TO),
        AgencyKind.GUIDE: only(task, PLEDGED, "task_ref", "task_kind"),
    }
    for task in _OF_TASKS
} | {
    casework.BankAccountOpened: {
        AgencyKind.DISTRICT: all_of(casework.BankAccountOpened, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(casework.BankAccountOpened, SENT_TO),
    },
    casework.HealthInsuranceChosen: {
        AgencyKind.DISTRICT: all_of(casework.HealthInsuranceChosen, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(casework.HealthInsuranceChosen, SENT_TO),
    },
    casework.GuideAssigned: {
        AgencyKind.DISTRICT: all_of(casework.GuideAssigned, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(
            casework.GuideAssigned, CONSENT, consent=ConsentKind.GUIDE_CONTACT
        ),
        AgencyKind.GUIDE: only(casework.GuideAssigned, PLEDGED, "guide_ref"),
    },
    casework.GuideChanged: {
        AgencyKind.DISTRICT: all_of(casework.GuideChanged, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(
            casework.GuideChanged, CONSENT, consent=ConsentKind.GUIDE_CONTACT
        ),
        AgencyKind.GUIDE: only(casework.GuideChanged, PLEDGED, "guide_ref"),
    },
    casework.GuideDutyPlanned: {
        AgencyKind.DISTRICT: all_of(casework.GuideDutyPlanned, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.GuideDutyPlanned, OPEN),
    },
    casework.GuidePostApproved: {
        AgencyKind.DISTRICT: all_of(casework.GuidePostApproved, OPEN),
        AgencyKind.STATISTICS: all_of(casework.GuidePostApproved, OPEN),
    },
    casework.ConsultationBooked: {
        AgencyKind.DISTRICT: all_of(casework.ConsultationBooked, OWN_CASE),
    },
    casework.ConsultationHeld: {
        AgencyKind.DISTRICT: all_of(casework.ConsultationHeld, OWN_CASE),
        AgencyKind.STATISTICS: only(
            casework.ConsultationHeld, OPEN, "desk_kind", "consultation_kind", "waited_days"
        ),
    },
    casework.CourseEntitlementIssued: {
        AgencyKind.DISTRICT: all_of(casework.CourseEntitlementIssued, COURSES),
        AgencyKind.JOBCENTER: all_of(casework.CourseEntitlementIssued, COURSES),
    },
    casework.CourseEntitlementExpiring: {
        AgencyKind.DISTRICT: all_of(casework.CourseEntitlementExpiring, COURSES),
        AgencyKind.JOBCENTER: all_of(casework.CourseEntitlementExpiring, COURSES),
    },
    casework.CourseEntitlementLapsed: {
        AgencyKind.DISTRICT: all_of(casework.CourseEntitlementLapsed, COURSES),
        AgencyKind.JOBCENTER: all_of(casework.CourseEntitlementLapsed, COURSES),
    },
    casework.CourseObligationImposed: {
        AgencyKind.DISTRICT: all_of(casework.CourseObligationImposed, COURSES),
        AgencyKind.JOBCENTER: all_of(casework.CourseObligationImposed, COURSES),
        AgencyKind.IMMIGRATION_OFFICE: all_of(casework.CourseObligationImposed, COURSES),
    },
    casework.CourseObligationLifted: {
        AgencyKind.DISTRICT: all_of(casework.CourseObligationLifted, COURSES),
        AgencyKind.JOBCENTER: all_of(casework.CourseObligationLifted, COURSES),
        AgencyKind.IMMIGRATION_OFFICE: all_of(casework.CourseObligationLifted, COURSES),
    },
    casework.CoursePlaceRequested: {
        AgencyKind.DISTRICT: all_of(casework.CoursePlaceRequested, COURSES),
        AgencyKind.COURSE_PROVIDER: all_of(casework.CoursePlaceRequested, PROVIDER),
        AgencyKind.OFFER_DESK: only(casework.CoursePlaceRequested, OPEN, "area", "language_level"),
    },
    casework.CourseStartDelayed: {
        AgencyKind.DISTRICT: all_of(casework.CourseStartDelayed, COURSES),
        AgencyKind.JOBCENTER: all_of(casework.CourseStartDelayed, COURSES),
    },
    casework.CourseAttendanceIrregular: {
        AgencyKind.DISTRICT: all_of(casework.CourseAttendanceIrregular, COURSES),
        AgencyKind.JOBCENTER: all_of(casework.CourseAttendanceIrregular, COURSES),
        AgencyKind.IMMIGRATION_OFFICE: all_of(casework.CourseAttendanceIrregular, COURSES),
    },
    casework.CourseInterrupted: {
        AgencyKind.DISTRICT: all_of(casework.CourseInterrupted, COURSES),
        AgencyKind.JOBCENTER: all_but(casework.CourseInterrupted, COURSES, "reason_code"),
        AgencyKind.IMMIGRATION_OFFICE: all_but(casework.CourseInterrupted, COURSES, "reason_code"),
    },
    casework.CourseCompleted: {
        AgencyKind.DISTRICT: all_of(casework.CourseCompleted, COURSES),
        AgencyKind.JOBCENTER: all_of(casework.CourseCompleted, COURSES),
        AgencyKind.IMMIGRATION_OFFICE: all_of(casework.CourseCompleted, COURSES),
    },
    casework.RecognitionApplied: {
        AgencyKind.DISTRICT: all_of(casework.RecognitionApplied, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(casework.RecognitionApplied, SENT_TO),
    },
    casework.RecognitionReceived: {
        AgencyKind.DISTRICT: all_of(casework.RecognitionReceived, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(casework.RecognitionReceived, SENT_TO),
    },
    casework.RecognitionDecided: {
        AgencyKind.DISTRICT: all_of(casework.RecognitionDecided, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(casework.RecognitionDecided, SENT_TO),
    },
    casework.EmployerPartnerAdded: {
        AgencyKind.DISTRICT: all_of(casework.EmployerPartnerAdded, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.EmployerPartnerAdded, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.EmployerPartnerAdded, OPEN),
    },
}
