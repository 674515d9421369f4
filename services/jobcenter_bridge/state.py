"""What the bridge knows of a person in a domain: who is responsible, and the current handoff."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.chassis.decider import About, Heard
from staffel_contracts.codes import HandoffStatus, ResponsibilityDomain
from staffel_contracts.facts.casework import (
    EntitlementEndComputed,
    EntitlementEndRevised,
    HandoffInformationSupplied,
    HandoverSheetCompleted,
)
from staffel_contracts.facts.intake import PersonAdmitted

OVER = frozenset({HandoffStatus.NONE, HandoffStatus.REJECTED, HandoffStatus.EXPIRED})
"""Here a new handoff may begin; everywhere else one is open, or has moved the responsibility."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What intake said: who the person is, and which district took them in."""

    key: str
    person_id: str | None = None
    district: str = ""
    agency: str | None = None
    admitted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Benefits:
    """What casework said: when AsylbLG benefits end, the last sheet, and the last answer."""

    key: str
    person_id: str | None = None
    district: str = ""
    end_on: date | None = None
    next_start_on: date | None = None
    last_lossfree_on: date | None = None
    sheet_ref: str | None = None
    sheet_digest: str | None = None
    from_agency: str | None = None
    to_agency: str | None = None
    effective_on: date | None = None
    lossfree_on: date | None = None
    replaces_handoff: str | None = None
    answered_handoff: str | None = None
    answered_round: int = 0


@dataclass(frozen=True, slots=True)
class Handoff:
    """One person in one domain: who is responsible, the current handoff, the current gap."""

    key: str
    """``<case>/<domain>``."""
    responsible: str | None = None
    responsible_since: date | None = None
    status: str = HandoffStatus.NONE.value
    """As the bridge's own log says; see ``stage``."""
    handoff_id: str | None = None
    from_agency: str | None = None
    to_agency: str | None = None
    sheet_ref: str | None = None
    sheet_digest: str | None = None
    submitted_on: date | None = None
    effective_on: date | None = None
    """The day on which the receiver takes over: as submitted, then as accepted."""
    lossfree_on: date | None = None
    replaces_handoff: str | None = None
    acknowledge_by: date | None = None
    expires_on: date | None = None
    unit_ref: str | None = None
    decide_by: date | None = None
    round: int = 0
    information_due_on: date | None = None
    accepted_on: date | None = None
    reason_code: str | None = None
    benefit_start_on: date | None = None
    completed_on: date | None = None
    gap_from: date | None = None
    """The first uncovered day of the gap detected last, open or closed."""
    gap_to: date | None = None
    gap_cause: str | None = None
    gap_detected_on: date | None = None
    gap_open: bool = False
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
    def stage(self) -> HandoffStatus:
        """Where the handoff stands; a question that was answered puts it back to acknowledged."""
        answers = self.benefits
        if answers is None or answers.answered_handoff != self.handoff_id:
            return HandoffStatus(self.status)
        return stage_of(self.status, self.round, answers.answered_round)


def stage_of(status: str, asked: int, answered: int) -> HandoffStatus:
    """Where a handoff stands, given the rounds asked and answered.

    That the sender answered is said by casework alone; so the own log keeps the question open.
    """
    if status == HandoffStatus.INFORMATION_REQUESTED and answered >= asked:
        return HandoffStatus.ACKNOWLEDGED
    return HandoffStatus(status)


def evolve_admission(copy: Admission, heard: Heard[Any]) -> Admission:
    """Keep who was admitted, and by whom."""
    fact = heard.fact
    if not isinstance(fact, PersonAdmitted):
        return copy
    return replace(
        copy,
        person_id=heard.person,
        district=heard.district,
        agency=fact.agency,
        admitted_on=fact.admitted_on,
    )


def evolve_benefits(copy: Benefits, heard: Heard[Any]) -> Benefits:
    """Keep when benefits end, the last sheet, and which question was answered last."""
    fold = _BENEFITS.get(type(heard.fact))
    if fold is None:
        return copy
    return fold(replace(copy, person_id=heard.person, district=heard.district), heard.fact)


def _ends(copy: Benefits, fact: EntitlementEndComputed | EntitlementEndRevised) -> Benefits:
    return replace(
        copy,
        end_on=fact.end_on,
        next_start_on=fact.next_start_on,
        last_lossfree_on=fact.last_lossfree_on,
    )


def _sheet(copy: Benefits, fact: HandoverSheetCompleted) -> Benefits:
    return replace(
        copy,
        sheet_ref=fact.sheet_ref,
        sheet_digest=fact.digest,
        from_agency=fact.from_agency,
        to_agency=fact.to_agency,
        effective_on=fact.effective_on,
        lossfree_on=fact.lossfree_on,
        replaces_handoff=fact.replaces_handoff,
    )


def _answered(copy: Benefits, fact: HandoffInformationSupplied) -> Benefits:
    return replace(copy, answered_handoff=fact.handoff_id, answered_round=fact.round)


_BENEFITS: dict[type[Any], Callable[[Benefits, Any], Benefits]] = {
    EntitlementEndComputed: _ends,
    EntitlementEndRevised: _ends,
    HandoverSheetCompleted: _sheet,
    HandoffInformationSupplied: _answered,
}
