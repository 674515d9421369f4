"""What jobcenter_bridge is asked: the receiver's answers to a handoff."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.access import DECIDE, RECORD, Roles, Scope
from staffel_contracts.codes import (
    AgencyKind,
    DeliveryChannel,
    DeliveryFault,
    RejectReason,
    ResponsibilityDomain,
    SheetField,
)
from staffel_contracts.command import TAKES_OVER, Command
from staffel_contracts.fact import Digest, Ref


class HandoffCommand(Command):
    """What every answer to a handoff carries."""

    BASE: ClassVar[bool] = True
    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    SCOPE: ClassVar[Scope | None] = Scope.HANDOFF

    case: Ref
    handoff_id: Ref
    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS


class ConfirmDelivery(HandoffCommand):
    """The receiver's system has the handoff and the sheet with this digest (technical receipt).

    For a printed sheet, the sender says so.
    """

    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-delivered",)

    sheet_digest: Digest
    channel: DeliveryChannel = DeliveryChannel.FEED
    receipt_ref: Ref


class ReportDeliveryFailure(HandoffCommand):
    """The receiver's system could not take the handoff in; the sender delivers another way."""

    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-delivery-failed",)

    fault_code: DeliveryFault
    channel: DeliveryChannel = DeliveryChannel.FEED
    given_up: bool = False


class AcknowledgeHandoff(HandoffCommand):
    """A unit of the receiver takes the handoff up."""

    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-acknowledged",)

    unit_ref: Ref


class RequestHandoffInformation(HandoffCommand):
    """Ask the sender for missing items; after two rounds a lead has to ask."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-information-requested",)

    item_codes: tuple[SheetField, ...] = Field(min_length=1)
    due_on: date


class AcceptHandoff(HandoffCommand):
    """Commit to take over on ``effective_on``, for the sheet with this digest."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-accepted",)

    effective_on: date
    sheet_digest: Digest


class RejectHandoff(HandoffCommand):
    """Reject with a coded reason; close to the end of benefits a lead has to confirm it."""

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-rejected", "handoff-rejection-proposed")

    reason_code: RejectReason
    suggested_agency: Ref | None = None


class NotifyBenefitStart(HandoffCommand):
    """Tell the sender from which day the receiver pays.

    Also where the receiver had begun to hand the person back and nobody took them: it goes on with
    the handoff by which it took over, which it names. While somebody is to decide about that,
    report the decision about benefits instead.
    """

    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("benefit-start-notified",)

    starts_on: date
