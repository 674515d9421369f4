"""What jobcenter_bridge says about the jobcenter's benefits: applied for, decided, paid."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import BenefitOutcome, BenefitReason
from staffel_contracts.fact import Fact, Ref, Weight


class BenefitFact(Fact):
    """What these facts have in common."""

    BASE: ClassVar[bool] = True
    WEIGHT: ClassVar[Weight] = Weight.DECISION
    SINCE: ClassVar[str] = "0.2.0"


class JobcenterApplicationFiled(BenefitFact):
    """The person applied for benefits, in any form, with the jobcenter or with another agency.

    It counts from the first day of the month in which any agency received it (§ 37 Abs. 2 SGB II,
    § 16 Abs. 2 S. 2 SGB I); for days before ``counts_from`` nothing is paid.
    """

    BASIS: ClassVar[str] = "§ 37 SGB II, § 16 SGB I"
    VALID_ON: ClassVar[str | None] = "filed_on"

    application_ref: Ref
    filed_on: date
    received_by_agency: Ref
    counts_from: date


class BenefitDecided(BenefitFact):
    """The jobcenter decided about the application and served its notice.

    A grant runs from ``from_on`` to ``to_on``, both included, as a rule for a year (§ 41 Abs. 3
    SGB II); a provisional decision states its reason (§ 41a Abs. 2 SGB II).
    """

    BASIS: ClassVar[str] = "§§ 41, 41a SGB II"
    VALID_ON: ClassVar[str | None] = "decided_on"

    decision_ref: Ref
    agency: Ref
    """The agency that decided."""
    decided_on: date
    outcome: BenefitOutcome
    from_on: date | None = None
    """Missing where the application was refused."""
    to_on: date | None = None
    """Missing in a grant until further notice; that of a jobcenter counts for the usual period."""
    reason_code: BenefitReason | None = None
    """Given unless the benefit was granted."""


class FirstPaymentMade(BenefitFact):
    """The first money reached the person; until then a decision alone buys no bread.

    Benefits are paid monthly in advance (§ 42 Abs. 1 SGB II).
    """

    WEIGHT: ClassVar[Weight] = Weight.WORK
    BASIS: ClassVar[str] = "§ 42 Abs. 1 SGB II"
    VALID_ON: ClassVar[str | None] = "paid_on"

    decision_ref: Ref
    """The jobcenter's own reference of the decision that it pays on."""
    agency: Ref
    """The jobcenter that paid."""
    paid_on: date
