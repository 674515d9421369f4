"""What casework says about reimbursement: what the district claims back from another agency."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import ReimbursementNorm, ReimbursementOutcome, Retention
from staffel_contracts.fact import Cents, Fact, Ref


class ReimbursementFact(Fact):
    """What every fact about money between two agencies carries."""

    BASE: ClassVar[bool] = True
    RETENTION: ClassVar[Retention] = Retention.REIMBURSEMENT
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "§§ 102 bis 104 SGB X, § 9 Abs. 4 Nr. 3 AsylbLG"

    claim_ref: Ref
    """The district's own reference of the claim, fixed as soon as it can arise."""
    norm: ReimbursementNorm


class ReimbursementClaimed(ReimbursementFact):
    """The district claims from the jobcenter what it paid for the days ``from_on`` to ``to_on``.

    After ``exclusion_on`` the claim would be excluded: twelve months after the last day of the
    benefit, at the earliest after the decision became known (§ 111 SGB X).
    """

    VALID_ON: ClassVar[str | None] = "claimed_on"

    claimed_on: date
    claimed_from: Ref
    """The agency that has to pay."""
    from_on: date
    to_on: date
    exclusion_on: date
    amount_cents: Cents
    decision_known_on: date | None = None
    """From when the decision of the agency that has to pay was known, if it was."""


class ReimbursementDeadlineNear(ReimbursementFact):
    """Days for which money may be claimed back will soon be excluded (§ 111 SGB X).

    Nobody claimed it yet. ``due_on`` is the day on which somebody has to act.
    """

    BASIS: ClassVar[str] = "§ 111 SGB X"
    VALID_ON: ClassVar[str | None] = "due_on"

    due_on: date
    from_on: date
    to_on: date
    exclusion_on: date


class ReimbursementSettled(ReimbursementFact):
    """The claim is over: paid, in part or not at all."""

    VALID_ON: ClassVar[str | None] = "settled_on"

    settled_on: date
    outcome: ReimbursementOutcome
    amount_cents: Cents
    """What was paid."""
