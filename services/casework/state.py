"""What casework knows of a case: its own dates and sheets, beside what the others said."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.casework.handoff_copy import MOVED, HandoffKnown
from services.casework.person_copy import Person
from services.chassis.decider import About
from staffel_contracts.codes import CaseStep, HandoffStatus, ResponsibilityDomain


@dataclass(frozen=True, slots=True)
class Case:
    """A case as the district works on it."""

    case_id: str
    finality_on: date | None = None
    finality_basis: str | None = None
    finality_served_on: date | None = None
    """The recognition that is final, by the day on which it was served."""
    finality_before: dict[str, dict[str, str]] = field(default_factory=dict)
    """The finality of the recognitions before it, by that day: finality_on, basis."""
    contested_on: date | None = None
    """Court action was brought on this day, against the decision served before it."""
    contest_scope: str | None = None
    finality_variant: str | None = None
    """Of an action for more protection: which view of finality is applied."""
    end_on: date | None = None
    next_start_on: date | None = None
    last_lossfree_on: date | None = None
    rule_id: str | None = None
    computations: int = 0
    """How often the end was computed or revised."""
    ended_on: date | None = None
    """AsylbLG benefits ended with this day."""
    draft_id: str | None = None
    """The handoff that waits for its sheet."""
    draft_to: str | None = None
    draft_effective_on: date | None = None
    """Set by hand; otherwise the day follows from the computed end."""
    draft_again_on: date | None = None
    """The household of a small child is looked at once more on this day."""
    sheet_ref: str | None = None
    sheet_replaces: str | None = None
    """The handoff that the last sheet was composed again for."""
    sheet_handoff: str | None = None
    """The handoff that the last sheet is for."""
    sheet_effective_on: date | None = None
    sheet_by_law: bool = True
    """Whether the last sheet rests on the computed end, not on a day set by hand."""
    claims: dict[str, str] = field(default_factory=dict)
    """Reimbursement by reference: warned, claimed or settled."""
    norms: dict[str, str] = field(default_factory=dict)
    """The paragraph that each of them rests on."""
    supplied: dict[str, str] = field(default_factory=dict)
    """What the district gave by hand, by field code."""
    answered_handoff: str | None = None
    answered_round: int = 0
    courses: dict[str, dict[str, str]] = field(default_factory=dict)
    """By course: enrolled_on and started_on, as ISO 8601."""
    records: dict[str, Any] = field(default_factory=dict)
    """What was only recorded: see ``services.chassis.lifecycle``."""
    retention_due_on: date | None = None
    """The period of the closed case is over since this day, and was said to be."""
    erased_on: date | None = None
    """The person was erased; nothing else is known any more."""
    domains: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is prepared in each other domain than benefits: see ``services.casework.domains``."""
    person: Person | None = None
    handoff: HandoffKnown | None = None
    others: "tuple[Case, ...] | None" = None
    """The others of a child's household as they were before the decision; kept nowhere.

    None where nobody has looked.
    """
    domain: str = ResponsibilityDomain.BENEFITS.value
    """The domain that looks at the case; kept nowhere."""

    @property
    def about(self) -> About:
        """The case, the person whose key seals, and the district, as the others said."""
        known = self.person if self.person and self.person.person_id else self.handoff
        if known is None:
            return About(None, None, "")
        return About(self.case_id, known.person_id, known.district)

    @property
    def responsible(self) -> str | None:
        """Who is responsible in the domain that looks at the case.

        Whom the bridge named, at first the district that took the person in.
        """
        if self.handoff and self.handoff.responsible:
            return self.handoff.responsible
        return self.person.agency if self.person else None

    @property
    def district(self) -> str | None:
        """The district whose case it is: that of the admission, until another one is responsible.

        A case that went to a jobcenter stays the district's.
        """
        last = self.handoff.last_district if self.handoff else None
        return last or (self.person.agency if self.person else None)

    @property
    def is_sheet_leaving(self) -> bool:
        """Whether the bridge has not answered yet for the last sheet.

        It never will for one by law whose handoff had taken effect when it came.
        """
        last = self.handoff or HandoffKnown(self.case_id)
        waits = self.sheet_ref is not None and self.sheet_ref != last.sheet_ref
        too_late = self.sheet_by_law and HandoffStatus(last.status) in MOVED
        return waits and self.sheet_replaces == last.handoff_id and not too_late

    @property
    def step(self) -> CaseStep:
        """How far the district has come."""
        if self.sheet_ref:
            return CaseStep.SHEET_COMPLETED
        if self.end_on:
            return CaseStep.END_KNOWN
        if self.finality_on:
            return CaseStep.FINAL
        return CaseStep.RECOGNISED if self.person and self.person.served_on else CaseStep.OPEN
