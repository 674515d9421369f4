"""What jobcenter_bridge says about handoffs."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import (
    AgencyKind,
    DeliveryChannel,
    NextStep,
    RejectReason,
    ResponsibilityDomain,
    SheetField,
)
from staffel_contracts.fact import Digest, Fact, Ref, Weight
from staffel_contracts.ladder import Ladder


class HandoffFact(Fact):
    """What every fact about one handoff carries: which one, whose, from whom to whom."""

    BASE: ClassVar[bool] = True

    handoff_id: Ref
    domain: ResponsibilityDomain
    from_agency: Ref
    to_agency: Ref


class HandoffSubmission(HandoffFact):
    """What every submission carries; the sender stays responsible."""

    BASE: ClassVar[bool] = True
    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 67a Abs. 2 SGB X"
    VALID_ON: ClassVar[str | None] = "effective_on"

    submitted_on: date
    effective_on: date
    lossfree_on: date
    sheet_ref: Ref
    sheet_digest: Digest
    replaces_handoff: Ref | None = None
    first_received_on: date | None = None
    """The first receipt by any agency; along a chain it never gets later (§ 16 Abs. 2 SGB I)."""
    ladder: Ladder | None = None
    """The periods agreed with the receiver."""


class HandedToJobcenter(HandoffSubmission):
    """The handoff was submitted to the jobcenter; the sender stays responsible."""


class HandoffSubmitted(HandoffSubmission):
    """The handoff was submitted to an agency that is no jobcenter; the sender stays responsible."""

    SINCE: ClassVar[str] = "0.2.0"

    to_kind: AgencyKind


class HandoffDelivered(HandoffFact):
    """The receiver's system has the handoff: a technical receipt, not an acceptance."""

    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL
    VALID_ON: ClassVar[str | None] = "delivered_on"

    delivered_on: date
    channel: DeliveryChannel
    receipt_ref: Ref
    acknowledge_by: date
    expires_on: date


class HandoffAcknowledged(HandoffFact):
    """A unit of the receiver took the handoff up."""

    WEIGHT: ClassVar[Weight] = Weight.WORK
    VALID_ON: ClassVar[str | None] = "acknowledged_on"

    acknowledged_on: date
    unit_ref: Ref
    decide_by: date


class HandoffInformationRequested(HandoffFact):
    """The receiver asks the sender for missing items; the periods of law keep running."""

    WEIGHT: ClassVar[Weight] = Weight.WORK
    BASIS: ClassVar[str] = "§ 67a Abs. 2 SGB X"
    VALID_ON: ClassVar[str | None] = "requested_on"

    requested_on: date
    item_codes: tuple[SheetField, ...] = Field(min_length=1)
    due_on: date
    round: int = Field(ge=1)


class HandoffAccepted(HandoffFact):
    """The receiver commits to take over on ``effective_on``, for exactly the sheet it names."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 7 Abs. 1 SGB II"
    VALID_ON: ClassVar[str | None] = "effective_on"

    accepted_on: date
    effective_on: date
    accepted_digest: Digest


class HandoffRejected(HandoffFact):
    """The receiver rejects with a coded reason; the sender stays responsible."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "rejected_on"

    rejected_on: date
    reason_code: RejectReason
    resubmittable: bool
    suggested_agency: Ref | None = None
    next_step: NextStep | None = None
    """What the sender owes next, by the reason."""


class HandoffRejectionProposed(HandoffFact):
    """The receiver would reject so close to the end of benefits that a lead has to look first.

    The handoff is not rejected; a lead of the receiver rejects it, accepts it or asks.
    """

    SINCE: ClassVar[str] = "0.2.0"
    VALID_ON: ClassVar[str | None] = "proposed_on"

    proposed_on: date
    reason_code: RejectReason
    decide_by: date


class HandoffExpired(HandoffFact):
    """Nobody answered in time; responsibility does not move and the handoff stays open work."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "expired_on"

    expired_on: date


class BenefitStartNotified(HandoffFact):
    """The jobcenter tells the district from which day it pays."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 74 Abs. 5 S. 3 SGB II (as a pattern)"
    VALID_ON: ClassVar[str | None] = "starts_on"

    notified_on: date
    starts_on: date


class HandoffCompleted(HandoffFact):
    """Responsibility has moved and the first benefit is running."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "completed_on"

    completed_on: date
    benefit_start_on: date
    """For a domain other than benefits: the day on which the receiver took over."""
    days_to_accept: int = Field(ge=0)
