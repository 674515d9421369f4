"""What casework says about a handoff before its sheet is complete."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import ResponsibilityDomain, WithdrawReason
from staffel_contracts.fact import Fact, Ref
from staffel_contracts.ladder import Days


class HandoffDrafted(Fact):
    """A handoff is being prepared, because the end of AsylbLG benefits is known.

    The receiver knows nothing of it yet, and responsibility does not move.
    """

    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "§ 10 AsylbLG"
    VALID_ON: ClassVar[str | None] = "effective_on"

    handoff_id: Ref
    domain: ResponsibilityDomain
    from_agency: Ref
    to_agency: Ref
    drafted_on: date
    effective_on: date
    by_hand: bool = False
    """The day was set by an official, and follows from no computed end."""
    submit_days_before_end: Days | None = None
    """By how many days before the end the sender submits, where it is not the usual number."""
    household_again_on: date | None = None
    """For a small child beside whom nobody is known to be entitled to SGB II: on this day the
    household is looked at again, as the others may be decided about by then."""


class HandoffDraftDropped(Fact):
    """A handoff that was being prepared is not going to be: nobody hands over, and nothing left.

    Whoever is responsible stays so, and may draft another one.
    """

    SINCE: ClassVar[str] = "0.2.0"
    VALID_ON: ClassVar[str | None] = "dropped_on"

    handoff_id: Ref
    domain: ResponsibilityDomain
    dropped_on: date
    reason_code: WithdrawReason
