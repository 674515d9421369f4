"""What jobcenter_bridge is asked about the jobcenter's benefits."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, RECORD, Roles
from staffel_contracts.codes import AgencyKind, BenefitOutcome, BenefitReason, BridgingInstrument
from staffel_contracts.command import TAKES_OVER
from staffel_contracts.commands.jobcenter_bridge.case import CaseCommand
from staffel_contracts.fact import Ref


class RecordJobcenterApplication(CaseCommand):
    """Record that the person applied; the day counts whichever agency received it.

    ``counts_from`` of the fact follows from ``filed_on``.
    """

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("jobcenter-application-filed",)

    application_ref: Ref
    filed_on: date
    received_by_agency: Ref


class ReportBenefitDecision(CaseCommand):
    """Report what was decided about the application; a refusal has no period.

    A grant of a jobcenter that names no last day covers a year, a provisional one half a year
    (§ 41 Abs. 3 S. 1, S. 2 Nr. 1 SGB II); then days without benefits are told.
    """

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("benefit-decided",)

    decision_ref: Ref
    decided_on: date
    outcome: BenefitOutcome
    from_on: date | None = None
    to_on: date | None = None
    reason_code: BenefitReason | None = None


class ReportFirstPayment(CaseCommand):
    """Report that the first money reached the person."""

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("first-payment-made",)

    decision_ref: Ref
    paid_on: date


class RequestBridging(CaseCommand):
    """Ask for money for the days before the benefit runs."""

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("bridging-requested",)

    bridging_ref: Ref
    instrument: BridgingInstrument
    requested_on: date


class GrantBridging(CaseCommand):
    """Cover the days from ``from_on`` to ``to_on`` in advance."""

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("bridging-granted",)

    bridging_ref: Ref
    instrument: BridgingInstrument
    granted_on: date
    from_on: date
    to_on: date
