"""Who sees what jobcenter_bridge says about the way into work.

The jobcenter keeps it in its own file. The district learns that a plan or a placement is there and
since when: no kind, no employer, no reason, no reference. Nothing at all goes back of an analysis,
a proposal or a measure, because those are the jobcenter's notes on how it works with the person;
of counselling only with consent. Employers and statistics get nothing here: the person speaks to
employers, and statistics count without persons.
"""

from typing import Final

from staffel_contracts.audiences.rules import CONSENT, OWN_FILE, SENT_BY, Seen, all_of, only
from staffel_contracts.codes import AgencyKind, ConsentKind
from staffel_contracts.fact import Fact
from staffel_contracts.facts import jobcenter_bridge as bridge

DISTRICT, JOBCENTER = AgencyKind.DISTRICT, AgencyKind.JOBCENTER

_KEPT: tuple[type[Fact], ...] = (
    bridge.PotentialAnalysed,
    bridge.QualificationMeasureStarted,
    bridge.QualificationMeasureEnded,
    bridge.PlacementProposed,
)
_STATUS: dict[type[Fact], str] = {
    bridge.CooperationPlanAgreed: "agreed_on",
    bridge.CooperationPlanReviewed: "reviewed_on",
    bridge.PlacementStarted: "started_on",
    bridge.PlacementEnded: "ended_on",
    bridge.PlacementSustained: "sustained_on",
}

SEEN: Final[Seen] = (
    {fact: {JOBCENTER: all_of(fact, OWN_FILE)} for fact in _KEPT}
    | {
        fact: {DISTRICT: only(fact, SENT_BY, day), JOBCENTER: all_of(fact, OWN_FILE)}
        for fact, day in _STATUS.items()
    }
    | {
        bridge.CareerCounsellingHeld: {
            DISTRICT: only(
                bridge.CareerCounsellingHeld,
                CONSENT,
                "held_on",
                "topic",
                consent=ConsentKind.COUNSELLING_SUMMARY,
            ),
            JOBCENTER: all_of(bridge.CareerCounsellingHeld, OWN_FILE),
        },
    }
)
