"""What jobcenter_bridge says about appointments at the jobcenter."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AppointmentKind
from staffel_contracts.fact import Fact, Language, Ref


class AppointmentFact(Fact):
    """What every fact about one appointment carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 59 SGB II, § 309 SGB III"
    SINCE: ClassVar[str] = "0.2.0"

    appointment_ref: Ref


class JobcenterAppointmentScheduled(AppointmentFact):
    """The jobcenter invited the person for ``appointment_on``; a later invitation moves the day.

    Group appointments with interpreters are how many people change over without a gap.
    """

    VALID_ON: ClassVar[str | None] = "scheduled_on"

    scheduled_on: date
    """The day on which it was fixed."""
    appointment_on: date
    slot: Ref
    """The jobcenter's own name of the time, such as ``09:00``."""
    appointment_kind: AppointmentKind
    interpreter_language: Language | None = None
    """An interpreter for this language is there."""


class JobcenterAppointmentAttended(AppointmentFact):
    """The person came."""

    VALID_ON: ClassVar[str | None] = "attended_on"

    attended_on: date


class JobcenterAppointmentMissed(AppointmentFact):
    """The person did not come; why, and what follows from it, is not said here.

    Whether a benefit is reduced (§ 32 SGB II) is the jobcenter's decision and never leaves it.
    """

    VALID_ON: ClassVar[str | None] = "missed_on"

    missed_on: date
