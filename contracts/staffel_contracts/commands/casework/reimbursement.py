"""What casework is asked about reimbursement between two agencies."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import AgencyKind, ReimbursementNorm, ReimbursementOutcome
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Cents, Ref


class ClaimReimbursement(CaseCommand):
    """Claim back what was paid for the days ``from_on`` to ``to_on``."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("reimbursement-claimed",)

    claim_ref: Ref
    norm: ReimbursementNorm
    claimed_on: date
    claimed_from: Ref
    from_on: date
    to_on: date
    amount_cents: Cents
    decision_known_on: date | None = None
    """When the decision of the agency that has to pay became known, if that is why it is in time
    (§ 111 S. 2 SGB X); what the platform knows of it need not be said."""


class SettleReimbursement(CaseCommand):
    """Record how a claim ended, and what was paid."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("reimbursement-settled",)

    claim_ref: Ref
    settled_on: date
    outcome: ReimbursementOutcome
    amount_cents: Cents
