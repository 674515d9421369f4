"""Appointments at the jobcenter, and the first payment."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import jobcenter_bridge as commands
from staffel_contracts.facts import jobcenter_bridge as facts

_FIXED = (facts.JobcenterAppointmentScheduled,)

APPOINTMENT = Lifecycle(
    name="appointment",
    ref="appointment_ref",
    steps=(
        Step(
            commands.ScheduleJobcenterAppointment,
            facts.JobcenterAppointmentScheduled,
            after=(NEW, *_FIXED, facts.JobcenterAppointmentMissed),
        ),
        Step(commands.RecordAppointmentAttended, facts.JobcenterAppointmentAttended, after=_FIXED),
        Step(commands.RecordAppointmentMissed, facts.JobcenterAppointmentMissed, after=_FIXED),
    ),
)
FIRST_PAYMENT = Lifecycle(
    name="first-payment",
    ref="decision_ref",
    steps=(Step(commands.ReportFirstPayment, facts.FirstPaymentMade, after=(NEW,)),),
)
