"""What the bridge knows of a person in a domain: who is responsible, and the current handoff."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from services.chassis.decider import About
from services.jobcenter_bridge.copies import Admission, Benefits
from staffel_contracts.codes import HandoffStatus, RejectReason, ResponsibilityDomain
from staffel_contracts.ladder import Ladder

OVER = frozenset(
    {
        HandoffStatus.NONE,
        HandoffStatus.REJECTED,
        HandoffStatus.EXPIRED,
        HandoffStatus.FORWARDED,
        HandoffStatus.WITHDRAWN,
        HandoffStatus.ANNULLED,
        HandoffStatus.REVERSED,
    }
)
"""Nobody took over; here a new handoff may begin."""
NOT_COMPETENT = frozenset(
    {RejectReason.NOT_COMPETENT_LOCAL.value, RejectReason.NOT_COMPETENT_SUBJECT.value}
)
"""After these the agencies dispute who is competent (§ 43 Abs. 1 SGB I)."""
UNDECIDED = frozenset(
    {
        HandoffStatus.SUBMITTED,
        HandoffStatus.DELIVERY_FAILED,
        HandoffStatus.DELIVERED,
        HandoffStatus.ACKNOWLEDGED,
        HandoffStatus.INFORMATION_REQUESTED,
        HandoffStatus.SECOND_LOOK,
    }
)
"""The receiver has it and has not decided."""
MOVED = frozenset({HandoffStatus.IN_EFFECT, HandoffStatus.COMPLETED})
"""The receiver is responsible; only a new handoff leads away from it."""
_BENEFITS = f"/{ResponsibilityDomain.BENEFITS.value}"
_AGREED = ("effective_on", "accepted_on")
AT_REST = OVER | {HandoffStatus.COMPLETED}
"""No handoff is under way."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """One person in one domain: who is responsible, the current handoff, which days are covered."""

    key: str
    """``<case>/<domain>``."""
    responsible: str | None = None
    responsible_since: date | None = None
    last_district: str | None = None
    """The district that was responsible last."""
    status: str = HandoffStatus.NONE.value
    """As the bridge's own log says; see ``stage``."""
    handoff_id: str | None = None
    from_agency: str | None = None
    to_agency: str | None = None
    to_kind: str | None = None
    sheet_ref: str | None = None
    sheet_digest: str | None = None
    submitted_sheet: str | None = None
    """The sheet that was submitted last; a person is handed back without one."""
    submitted_on: date | None = None
    effective_on: date | None = None
    """The day on which the receiver takes over: as submitted, then as accepted."""
    lossfree_on: date | None = None
    replaces_handoff: str | None = None
    first_received_on: date | None = None
    """The first receipt by any agency along the chain (§ 16 Abs. 2 SGB I)."""
    chain: list[str] = field(default_factory=list)
    """The agencies that forwarded it, in their order."""
    first_asked: str | None = None
    """Who was asked first, where others since then were, because competence is disputed."""
    ladder: dict[str, Any] = field(default_factory=dict)
    """The periods agreed with the receiver, as ``staffel_contracts.ladder.Ladder``."""
    rungs: list[str] = field(default_factory=list)
    """Which reminders and escalations of this handoff were said."""
    attempts: int = 0
    """How often the delivery failed."""
    delivered_on: date | None = None
    acknowledged_on: date | None = None
    acknowledge_by: date | None = None
    expires_on: date | None = None
    unit_ref: str | None = None
    decide_by: date | None = None
    round: int = 0
    information_due_on: date | None = None
    accepted_on: date | None = None
    ended_on: date | None = None
    """When it was rejected, forwarded, withdrawn or annulled, or had expired."""
    reason_code: str | None = None
    next_step: str | None = None
    new_handoff_id: str | None = None
    """The handoff to the competent agency that follows a forwarded one."""
    benefit_start_on: date | None = None
    completed_on: date | None = None
    standing: dict[str, Any] = field(default_factory=dict)
    """The handoff that the current one reverses: its own fields. If it was accepted and had not
    taken effect, it stands until its day, whatever becomes of the current one; if it was in effect,
    its receiver goes on with it by paying, unless somebody takes the person back."""
    request: dict[str, str] = field(default_factory=dict)
    """An agency asks for the person: handoff_id, agency, requested_on, received_on, answer_by."""
    application: dict[str, str] = field(default_factory=dict)
    """The first application that waits for an answer, or was answered last: ref, filed_on, …"""
    later_applications: list[dict[str, str]] = field(default_factory=list)
    """Those filed after it, in their order; each comes first once the one before is answered."""
    answered_on: date | None = None
    """What was applied for by this day is answered: who was to take over granted or pays."""
    coverage: list[dict[str, Any]] = field(default_factory=list)
    """Benefits as reported: kind, agency, ref, from_on, to_on (none: open)."""
    left_district_on: date | None = None
    """From when another agency than the district of the admission answers, for the first time."""
    asylbens_to: date | None = None
    """Where AsylbLG benefits ended because another agency took over."""
    bridging: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was asked for, by reference: instrument, agency, due_on, granted."""
    gaps: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Days without cover by their first: to_on, cause, detected_on, open."""
    overlaps: dict[str, str] = field(default_factory=dict)
    """Days with two benefits: first to last."""
    records: dict[str, Any] = field(default_factory=dict)
    """What was only recorded: see ``services.chassis.lifecycle``."""
    admission: Admission | None = None
    benefits: Benefits | None = None

    @property
    def about(self) -> About:
        """The case, the person whose key seals, and the district, as the others said."""
        known = self.admission or self.benefits
        if known is None:
            return About(None, None, "")
        return About(self.case_id, known.person_id, known.district)

    @property
    def case_id(self) -> str:
        """The case."""
        return self.key.rpartition("/")[0]

    @property
    def domain(self) -> ResponsibilityDomain:
        """The domain of responsibility."""
        return ResponsibilityDomain(self.key.rpartition("/")[2])

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was ever said of the domain but who was admitted."""
        said = self.benefits is not None or self.responsible is not None
        return not said and not self.key.endswith(_BENEFITS)

    @property
    def stage(self) -> HandoffStatus:
        """Where the handoff stands; a question that was answered puts it back to acknowledged.

        A draft that waits for its sheet counts where nothing else is under way.
        """
        known = self.benefits
        if known is None:
            return HandoffStatus(self.status)
        if self.is_drafted:
            return HandoffStatus.DRAFTED
        if known.answered_handoff != self.handoff_id:
            return HandoffStatus(self.status)
        return stage_of(self.status, self.round, known.answered_round)

    @property
    def is_drafted(self) -> bool:
        """Whether a handoff is being prepared, and none is under way."""
        known = self.benefits
        if known is None or known.draft_id in (None, self.handoff_id) or self.is_standing:
            return False
        return HandoffStatus(self.status) in AT_REST

    @property
    def open_application(self) -> dict[str, str]:
        """The application, unless it was answered: each period of benefits takes a new one.

        It was decided about (§ 37 Abs. 1, § 41 Abs. 3 SGB II), so its receipt goes with nothing
        that comes later.
        """
        return {} if self.is_answered(self.application) else self.application

    def is_answered(self, application: dict[str, str]) -> bool:
        """Whether whoever was to take over decided after an application was filed."""
        by = self.answered_on.isoformat() if self.answered_on else ""
        return bool(application) and application["filed_on"] <= by

    @property
    def is_handed_back(self) -> bool:
        """Whether the current handoff is a reverse one, which needs no sheet."""
        return self.handoff_id is not None and self.sheet_ref != self.submitted_sheet

    @property
    def is_standing(self) -> bool:
        """Whether what was accepted is to take effect, although it is being handed back."""
        return self.standing.get("status") == HandoffStatus.ACCEPTED

    @property
    def taker(self) -> str | None:
        """The agency that has accepted and takes over on the next day on which one does."""
        if self.is_standing:
            return str(self.standing["to_agency"])
        return self.to_agency if self.status == HandoffStatus.ACCEPTED else None

    @property
    def takeover_on(self) -> date | None:
        """The day on which it takes over; never one that somebody has answered for already.

        After a late acceptance it is the day of the acceptance, not the day agreed.
        """
        if self.taker is None:
            return None
        days = [self.effective_on, self.accepted_on]
        if self.is_standing:
            days = [date.fromisoformat(self.standing[name]) for name in _AGREED]
        since = self.responsible_since
        return max(day for day in (*days, since and since + timedelta(days=1)) if day)

    @property
    def periods(self) -> Ladder:
        """The periods agreed with the receiver."""
        return ladder_of(to_json(self.ladder))


@lru_cache(maxsize=256)
def ladder_of(agreed: bytes) -> Ladder:
    """Read agreed periods; few differ, so each is read once."""
    return Ladder.model_validate_json(agreed)


def stage_of(status: str, asked: int, answered: int) -> HandoffStatus:
    """Where a handoff stands, given the rounds asked and answered.

    That the sender answered is said by casework alone; so the own log keeps the question open.
    """
    if status == HandoffStatus.INFORMATION_REQUESTED and answered >= asked:
        return HandoffStatus.ACKNOWLEDGED
    return HandoffStatus(status)
