"""What jobcenter_bridge is asked: the receiver's answers to a handoff."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import (
    AgencyKind,
    DeliveryChannel,
    RejectReason,
    ResponsibilityDomain,
    SheetField,
)
from staffel_contracts.command import JOBCENTER, Command
from staffel_contracts.fact import Digest, Ref


class HandoffCommand(Command):
    """What every answer to a handoff carries."""

    BASE: ClassVar[bool] = True
    MAY: ClassVar[frozenset[AgencyKind]] = JOBCENTER

    case: Ref
    handoff_id: Ref
    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS


class ConfirmDelivery(HandoffCommand):
    """The receiver's system has the handoff and the sheet with this digest (technical receipt)."""

    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-delivered",)

    sheet_digest: Digest
    channel: DeliveryChannel = DeliveryChannel.FEED
    receipt_ref: Ref


class AcknowledgeHandoff(HandoffCommand):
    """A unit of the receiver takes the handoff up."""

    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-acknowledged",)

    unit_ref: Ref


class RequestHandoffInformation(HandoffCommand):
    """Ask the sender for missing items; at most two rounds."""

    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-information-requested",)

    item_codes: tuple[SheetField, ...] = Field(min_length=1)
    due_on: date


class AcceptHandoff(HandoffCommand):
    """Commit to take over on ``effective_on``, for the sheet with this digest."""

    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-accepted",)

    effective_on: date
    sheet_digest: Digest


class RejectHandoff(HandoffCommand):
    """Reject with a coded reason."""

    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-rejected",)

    reason_code: RejectReason
    suggested_agency: Ref | None = None


class NotifyBenefitStart(HandoffCommand):
    """Tell the district from which day the jobcenter pays."""

    LEADS_TO: ClassVar[tuple[str, ...]] = ("benefit-start-notified",)

    starts_on: date
