"""What jobcenter_bridge is asked of a handoff, beyond answering it with yes or no."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import (
    AgencyKind,
    AnnulReason,
    ForwardReason,
    HandBackCause,
    ResponsibilityDomain,
    WithdrawReason,
)
from staffel_contracts.command import DISTRICT, JOBCENTER
from staffel_contracts.commands.jobcenter_bridge.case import CaseCommand
from staffel_contracts.commands.jobcenter_bridge.handoff import HandoffCommand
from staffel_contracts.fact import Ref


class RequestHandoff(CaseCommand):
    """Ask the district for a handoff, because the person's application came here first."""

    MAY: ClassVar[frozenset[AgencyKind]] = JOBCENTER
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-requested",)
    PLANNED: ClassVar[bool] = True

    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS
    application_received_on: date


class ForwardHandoff(HandoffCommand):
    """Pass a handoff on to the agency that is competent; the day of receipt is kept."""

    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-forwarded",)
    PLANNED: ClassVar[bool] = True

    forwarded_to: Ref
    reason_code: ForwardReason


class WithdrawHandoff(HandoffCommand):
    """Take the own handoff back; possible until it is accepted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-withdrawn",)
    PLANNED: ClassVar[bool] = True

    reason_code: WithdrawReason


class AnnulHandoff(HandoffCommand):
    """Mark the own handoff as entered in error; possible until it is accepted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-annulled",)
    PLANNED: ClassVar[bool] = True

    reason_code: AnnulReason


class HandBackToDistrict(CaseCommand):
    """Offer the person back to the district from ``effective_on`` on."""

    MAY: ClassVar[frozenset[AgencyKind]] = JOBCENTER
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handed-back-to-district",)
    PLANNED: ClassVar[bool] = True

    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS
    effective_on: date
    cause: HandBackCause
