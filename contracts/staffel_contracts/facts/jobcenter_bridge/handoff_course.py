"""What jobcenter_bridge says of a handoff that is neither accepted, rejected nor expired."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import (
    AnnulReason,
    BridgingInstrument,
    DeliveryChannel,
    DeliveryFault,
    EscalationRole,
    ForwardReason,
    HandBackCause,
    TimerRung,
    WithdrawReason,
)
from staffel_contracts.fact import Digest, Ref, Weight
from staffel_contracts.facts.jobcenter_bridge.handoff import HandoffFact
from staffel_contracts.ladder import Ladder


class HandoffCourseFact(HandoffFact):
    """What these facts have in common."""

    BASE: ClassVar[bool] = True
    SINCE: ClassVar[str] = "0.2.0"


class HandoffRequested(HandoffCourseFact):
    """The jobcenter had the person's application first and asks the district for the handoff.

    The application counts from ``application_received_on``, whoever received it (§ 16 Abs. 2 S. 2
    SGB I). Responsibility does not move by asking.
    """

    BASIS: ClassVar[str] = "§ 16 Abs. 2 SGB I, § 67a Abs. 2 SGB X"
    VALID_ON: ClassVar[str | None] = "requested_on"

    requested_on: date
    application_received_on: date
    answer_by: date | None = None
    """The day by which the responsible agency hands over or says why not."""


class HandoffDeliveryFailed(HandoffCourseFact):
    """The receiver's system did not take the handoff in, so the receiver need not know of it.

    The periods of law keep running; when all attempts are spent, the sheet goes out printed.
    """

    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL
    VALID_ON: ClassVar[str | None] = "failed_on"

    failed_on: date
    channel: DeliveryChannel
    attempt: int = Field(ge=1)
    fault_code: DeliveryFault
    given_up: bool
    """No attempt follows; another way is taken."""


class HandoffForwarded(HandoffCourseFact):
    """The receiver is not competent and passed the handoff on to ``forwarded_to``, at once.

    The day of the first receipt travels with the case and never gets later, so that the person
    loses nothing by an agency's error (§ 16 Abs. 2 SGB I).
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 16 Abs. 2 SGB I"
    VALID_ON: ClassVar[str | None] = "forwarded_on"

    forwarded_on: date
    reason_code: ForwardReason
    forwarded_to: Ref
    new_handoff_id: Ref
    first_received_on: date


class HandoffWithdrawn(HandoffCourseFact):
    """The sender took the handoff back before it was accepted and stays responsible.

    Said in the log in which handoffs are accepted, so that never both happen.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 10 AsylbLG"
    VALID_ON: ClassVar[str | None] = "withdrawn_on"

    withdrawn_on: date
    reason_code: WithdrawReason


class HandoffAnnulled(HandoffCourseFact):
    """The handoff should never have been; what the receiver got with it is to be erased.

    It is no part of the person's history, but the log keeps it.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "Art. 17 Abs. 1 lit. d DSGVO"
    VALID_ON: ClassVar[str | None] = "annulled_on"

    annulled_on: date
    reason_code: AnnulReason


class HandoffReminderDue(HandoffCourseFact):
    """Nobody answered by ``due_on``; the ladder reaches this rung and the role is reminded."""

    BASIS: ClassVar[str] = "§ 17 Abs. 1 Nr. 1 SGB I"
    VALID_ON: ClassVar[str | None] = "due_on"

    step: Ref
    """Which period is over; each is said once for a handoff."""
    rung: TimerRung
    due_on: date
    role: EscalationRole
    agency: Ref
    """Whose turn it is."""


class HandoffEscalated(HandoffCourseFact):
    """The handoff is now in the hands of this role, because the end of benefits comes close.

    Responsibility does not move; a way to bridge the days is proposed.
    """

    BASIS: ClassVar[str] = "§ 17 Abs. 1 Nr. 1 SGB I"
    VALID_ON: ClassVar[str | None] = "escalated_on"

    escalated_on: date
    step: Ref
    """Which period is over; each is said once for a handoff."""
    agency: Ref
    """Whose turn it is."""
    rung: TimerRung
    role: EscalationRole
    due_on: date
    """The day by which the role has to have decided."""
    proposed: tuple[BridgingInstrument, ...] = ()
    """What could bridge the days, if nobody decides."""


class HandedBackToDistrict(HandoffCourseFact):
    """The jobcenter offers the person back to the district, from ``effective_on`` on.

    A new handoff in the other direction, never an edit of the old one: here ``from_agency`` is the
    jobcenter. Responsibility moves only when the district accepts.

    Whoever has accepted and not taken over yet may say so too: what it accepted stands, and takes
    effect on its day, unless the district accepts before (``handoff-reversed``).
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 7 Abs. 1 S. 2 Nr. 3 SGB II, § 1 Abs. 1 AsylbLG"
    VALID_ON: ClassVar[str | None] = "effective_on"

    handed_back_on: date
    effective_on: date
    cause: HandBackCause
    reverses_handoff: Ref | None = None
    """The handoff by which the person had come, or was to come, if it ran over this platform."""
    sheet_digest: Digest | None = None
    """Over the case, the day, the cause and the handoff reversed: what the district accepts."""
    ladder: Ladder | None = None
    """The periods agreed with the district."""


class HandoffReversed(HandoffCourseFact):
    """The sender has accepted back, before its day, what the receiver had accepted.

    So responsibility does not move: it stays with ``to_agency``, which had handed over. Both
    handoffs are over, this one and the one that it reverses; the day of the first receipt goes on
    to whatever is handed over next (§ 16 Abs. 2 SGB I).
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 7 Abs. 1 S. 2 Nr. 3 SGB II, § 1 Abs. 1 AsylbLG"
    VALID_ON: ClassVar[str | None] = "effective_on"

    reversed_on: date
    effective_on: date
    """The day on which responsibility would have moved."""
    reverses_handoff: Ref
    """What was accepted, and takes no effect."""
