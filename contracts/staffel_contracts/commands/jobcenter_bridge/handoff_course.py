"""What jobcenter_bridge is asked of a handoff, beyond answering it with yes or no."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import (
    AgencyKind,
    AnnulReason,
    ForwardReason,
    HandBackCause,
    ResponsibilityDomain,
    WithdrawReason,
)
from staffel_contracts.command import TAKES_OVER
from staffel_contracts.commands.jobcenter_bridge.case import CaseCommand
from staffel_contracts.commands.jobcenter_bridge.handoff import HandoffCommand
from staffel_contracts.fact import Ref


class RequestHandoff(CaseCommand):
    """Ask whoever is responsible for a handoff: the person's application came here first."""

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-requested",)

    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS
    application_received_on: date


class ForwardHandoff(HandoffCommand):
    """Pass a handoff on to the agency that is competent; the day of receipt is kept."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-forwarded",)

    forwarded_to: Ref
    reason_code: ForwardReason


class WithdrawHandoff(HandoffCommand):
    """Take the own handoff back; possible until it is accepted."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-withdrawn",)

    reason_code: WithdrawReason


class AnnulHandoff(HandoffCommand):
    """Mark the own handoff as entered in error; possible until it is accepted."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-annulled",)

    reason_code: AnnulReason


class HandBackToDistrict(CaseCommand):
    """Offer the person back to the district from ``effective_on`` on."""

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handed-back-to-district",)

    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS
    effective_on: date
    cause: HandBackCause
    to_agency: Ref | None = None
    """The district that takes the person back; without it, the one that took them in."""
