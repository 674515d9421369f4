"""What casework says about consultations."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import ConsultationKind, DeskKind
from staffel_contracts.fact import Count, Fact, Ref


class ConsultationFact(Fact):
    """What every fact about one consultation carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 14 SGB I"
    SINCE: ClassVar[str] = "0.2.0"

    consultation_ref: Ref
    desk_kind: DeskKind
    consultation_kind: ConsultationKind


class ConsultationBooked(ConsultationFact):
    """A consultation was agreed on."""

    VALID_ON: ClassVar[str | None] = "slot_on"

    booked_on: date
    slot_on: date


class ConsultationHeld(ConsultationFact):
    """The consultation took place; what was said stays there."""

    VALID_ON: ClassVar[str | None] = "held_on"

    held_on: date
    waited_days: Count
