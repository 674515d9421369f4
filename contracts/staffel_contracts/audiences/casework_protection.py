"""Who sees what casework says about handoffs in preparation, reimbursement and data protection.

A draft is the district's own; the receiver hears of a handoff when it is submitted. What a person
asks about their data, and why data is kept longer, is between them and the district. Whoever
received data is told that it is erased or restricted, without the reason.
"""

from typing import Final

from staffel_contracts.audiences.rules import (
    OPEN,
    OWN_CASE,
    REIMBURSED,
    TOLD,
    Seen,
    all_of,
    only,
)
from staffel_contracts.codes import AgencyKind
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework

DISTRICT, JOBCENTER = AgencyKind.DISTRICT, AgencyKind.JOBCENTER

_KEPT: tuple[type[Fact], ...] = (
    casework.HandoffDrafted,
    casework.HandoffDraftDropped,
    casework.ReimbursementDeadlineNear,
    casework.SubjectAccessRequested,
    casework.SubjectAccessAnswered,
    casework.HouseholdMemberCorrected,
    casework.LegalHoldSet,
    casework.RestrictionEndAnnounced,
    casework.RetentionDue,
    casework.SheetFieldWithheld,
)
_CLAIMS: tuple[type[Fact], ...] = (casework.ReimbursementClaimed, casework.ReimbursementSettled)

SEEN: Final[Seen] = (
    {fact: {DISTRICT: all_of(fact, OWN_CASE)} for fact in _KEPT}
    | {
        fact: {DISTRICT: all_of(fact, OWN_CASE), JOBCENTER: all_of(fact, REIMBURSED)}
        for fact in _CLAIMS
    }
    | {
        casework.SubjectErased: {
            DISTRICT: all_of(casework.SubjectErased, OPEN),
            JOBCENTER: only(casework.SubjectErased, TOLD, "erased_on"),
        },
        casework.ProcessingRestricted: {
            DISTRICT: all_of(casework.ProcessingRestricted, OWN_CASE),
            JOBCENTER: only(casework.ProcessingRestricted, TOLD, "restricted_on", "until"),
        },
        casework.RuleSetPublished: {
            kind: all_of(casework.RuleSetPublished, OPEN) for kind in AgencyKind
        },
    }
)
