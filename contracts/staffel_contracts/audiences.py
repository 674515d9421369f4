"""Who may see which fields of which fact, and on which legal basis; everything else is withheld."""

from typing import Any, Final, NamedTuple

from staffel_contracts.codes import AgencyKind
from staffel_contracts.envelope import JSON, SPEC
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework, intake
from staffel_contracts.facts import jobcenter_bridge as bridge

DISTRICT, JOBCENTER = AgencyKind.DISTRICT, AgencyKind.JOBCENTER
OWN_CASE = "§ 10 AsylbLG"
"""The district keeps the file of its own case."""
SENT_BY = "§ 67b Abs. 1 SGB X"
"""The sender follows what became of its own handoff: status only."""
SENT_TO = "§ 67a Abs. 2 SGB X"
"""The receiver gets what it needs to decide."""
BACK = "§ 74 Abs. 5 S. 3 SGB II"
"""The jobcenter tells the district that its benefits start."""
COURSES = "§ 88a AufenthG"
"""Agencies tell each other of course registrations and starts."""


class Audience(NamedTuple):
    """The fields that one kind of agency may see, and why it may."""

    fields: frozenset[str]
    basis: str


def _all(fact: type[Fact], basis: str, *withheld: str) -> Audience:
    return Audience(frozenset(fact.model_fields) - set(withheld), basis)


_NAMES = ("given_name", "family_name", "birth_date", "address_area", "person_id")
_HANDOFF_FACTS: tuple[type[Fact], ...] = (
    bridge.HandedToJobcenter,
    bridge.HandoffDelivered,
    bridge.HandoffAcknowledged,
    bridge.HandoffInformationRequested,
    bridge.HandoffAccepted,
    bridge.HandoffRejected,
    bridge.HandoffExpired,
    bridge.HandoffCompleted,
)

_Seen = dict[type[Fact], dict[AgencyKind, Audience]]

_OWN: _Seen = {
    intake.PersonAdmitted: {DISTRICT: _all(intake.PersonAdmitted, OWN_CASE, *_NAMES)},
    intake.CaseOpened: {DISTRICT: _all(intake.CaseOpened, OWN_CASE)},
    intake.AsylumRecognised: {DISTRICT: _all(intake.AsylumRecognised, OWN_CASE)},
    intake.AsylumRefused: {DISTRICT: _all(intake.AsylumRefused, OWN_CASE)},
    intake.ResidenceTitleIssued: {DISTRICT: _all(intake.ResidenceTitleIssued, OWN_CASE)},
    casework.AsylumDecisionFinal: {DISTRICT: _all(casework.AsylumDecisionFinal, OWN_CASE)},
    casework.EntitlementEndComputed: {DISTRICT: _all(casework.EntitlementEndComputed, OWN_CASE)},
    casework.EntitlementEndRevised: {DISTRICT: _all(casework.EntitlementEndRevised, OWN_CASE)},
    casework.HandoverSheetCompleted: {
        DISTRICT: _all(casework.HandoverSheetCompleted, OWN_CASE, "fields")
    },
    casework.HandoffInformationSupplied: {
        DISTRICT: _all(casework.HandoffInformationSupplied, OWN_CASE, "fields"),
        JOBCENTER: _all(casework.HandoffInformationSupplied, SENT_TO, "fields"),
    },
    casework.CourseEnrolled: {
        DISTRICT: _all(casework.CourseEnrolled, COURSES),
        JOBCENTER: _all(casework.CourseEnrolled, COURSES),
    },
    casework.CourseStarted: {
        DISTRICT: _all(casework.CourseStarted, COURSES),
        JOBCENTER: _all(casework.CourseStarted, COURSES),
    },
    bridge.ResponsibilityChanged: {
        DISTRICT: _all(bridge.ResponsibilityChanged, SENT_BY),
        JOBCENTER: _all(bridge.ResponsibilityChanged, SENT_TO),
    },
    bridge.BenefitStartNotified: {
        DISTRICT: _all(bridge.BenefitStartNotified, BACK),
        JOBCENTER: _all(bridge.BenefitStartNotified, SENT_TO),
    },
    bridge.CoverageGapDetected: {
        DISTRICT: _all(bridge.CoverageGapDetected, SENT_BY),
        JOBCENTER: _all(bridge.CoverageGapDetected, SENT_TO),
    },
    bridge.CoverageGapClosed: {
        DISTRICT: _all(bridge.CoverageGapClosed, SENT_BY),
        JOBCENTER: _all(bridge.CoverageGapClosed, SENT_TO),
    },
}
_HANDOFFS: _Seen = {
    fact: {DISTRICT: _all(fact, SENT_BY), JOBCENTER: _all(fact, SENT_TO)} for fact in _HANDOFF_FACTS
}

AUDIENCES: Final[_Seen] = _OWN | _HANDOFFS
"""Facts that are missing here are seen by no agency."""


class Place(NamedTuple):
    """Where an entry stands, as its leaf says: what a view tells beside the data."""

    log: str
    index: int  # type: ignore[assignment] # tuples have a method of this name
    case: str | None
    time: str


def view(fact: Fact, place: Place, kind: AgencyKind) -> dict[str, Any] | None:
    """The CloudEvent that an agency of this kind sees, or ``None`` if it sees nothing.

    The feed adds ``id`` and ``feedindex``; ``entry`` names the entry in the sayer's log.
    """
    audience = AUDIENCES.get(type(fact), {}).get(kind)
    if audience is None:
        return None
    valid_on = fact.valid_on()
    return {
        "source": place.log,
        "type": fact.TYPE,
        "subject": place.case,
        "time": place.time,
        **({"validon": valid_on.isoformat()} if valid_on else {}),
        "entry": f"{place.log}/{place.index}",
        "basis": audience.basis,
        "datacontenttype": JSON,
        "data": fact.model_dump(mode="json", include=set(audience.fields), exclude_none=True),
    }


def feed_event(agency: str, feed_index: int, seen: dict[str, Any]) -> dict[str, Any]:
    """A view with its place in the agency's feed: the CloudEvent as it is delivered."""
    identity = {"specversion": SPEC, "id": f"{agency}/{feed_index}"}
    return identity | {"feedindex": feed_index} | seen
