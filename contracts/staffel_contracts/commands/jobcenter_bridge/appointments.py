"""What jobcenter_bridge is asked about appointments at the jobcenter."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, AppointmentKind
from staffel_contracts.command import JOBCENTER
from staffel_contracts.commands.jobcenter_bridge.case import CaseCommand
from staffel_contracts.fact import Language, Ref


class AppointmentCommand(CaseCommand):
    """What every command about one appointment carries: the jobcenter's own reference of it."""

    BASE: ClassVar[bool] = True
    MAY: ClassVar[frozenset[AgencyKind]] = JOBCENTER

    appointment_ref: Ref


class ScheduleJobcenterAppointment(AppointmentCommand):
    """Fix an appointment, or move it to another day."""

    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("jobcenter-appointment-scheduled",)

    scheduled_on: date
    appointment_on: date
    slot: Ref
    appointment_kind: AppointmentKind
    interpreter_language: Language | None = None


class RecordAppointmentAttended(AppointmentCommand):
    """Record that the person came."""

    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("jobcenter-appointment-attended",)

    attended_on: date


class RecordAppointmentMissed(AppointmentCommand):
    """Record that the person did not come."""

    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("jobcenter-appointment-missed",)

    missed_on: date
