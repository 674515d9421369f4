"""Who sees what casework says about a case."""

from typing import Final

from staffel_contracts.audiences.rules import COURSES, OWN_CASE, SENT_TO, Seen, all_but, all_of
from staffel_contracts.codes import AgencyKind
from staffel_contracts.facts import casework

DISTRICT, JOBCENTER = AgencyKind.DISTRICT, AgencyKind.JOBCENTER
IMMIGRATION_OFFICE = AgencyKind.IMMIGRATION_OFFICE

SEEN: Final[Seen] = {
    casework.AsylumDecisionFinal: {DISTRICT: all_of(casework.AsylumDecisionFinal, OWN_CASE)},
    casework.EntitlementEndComputed: {DISTRICT: all_of(casework.EntitlementEndComputed, OWN_CASE)},
    casework.EntitlementEndRevised: {DISTRICT: all_of(casework.EntitlementEndRevised, OWN_CASE)},
    casework.EntitlementEndWithdrawn: {
        DISTRICT: all_of(casework.EntitlementEndWithdrawn, OWN_CASE)
    },
    casework.HandoverSheetCompleted: {
        DISTRICT: all_but(casework.HandoverSheetCompleted, OWN_CASE, "fields")
    },
    casework.HandoverSheetPrinted: {DISTRICT: all_of(casework.HandoverSheetPrinted, OWN_CASE)},
    casework.HandoffInformationSupplied: {
        DISTRICT: all_but(casework.HandoffInformationSupplied, OWN_CASE, "fields"),
        JOBCENTER: all_but(casework.HandoffInformationSupplied, SENT_TO, "fields"),
    },
    casework.CourseEnrolled: {
        DISTRICT: all_of(casework.CourseEnrolled, COURSES),
        JOBCENTER: all_of(casework.CourseEnrolled, COURSES),
        IMMIGRATION_OFFICE: all_of(casework.CourseEnrolled, COURSES),
    },
    casework.CourseStarted: {
        DISTRICT: all_of(casework.CourseStarted, COURSES),
        JOBCENTER: all_of(casework.CourseStarted, COURSES),
        IMMIGRATION_OFFICE: all_of(casework.CourseStarted, COURSES),
    },
}
