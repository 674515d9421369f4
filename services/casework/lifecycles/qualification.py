"""Lifecycles about the recognition of foreign qualifications."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

QUALIFICATION = Lifecycle(
    name="qualification",
    ref="recognition_ref",
    steps=(
        Step(commands.ReportRecognitionApplied, facts.RecognitionApplied, after=(NEW,)),
        Step(
            commands.ReportRecognitionReceived,
            facts.RecognitionReceived,
            after=(facts.RecognitionApplied,),
        ),
        Step(
            commands.ReportRecognitionDecided,
            facts.RecognitionDecided,
            after=(facts.RecognitionApplied, facts.RecognitionReceived),
        ),
    ),
)

EMPLOYER = Lifecycle(
    name="employer",
    ref="partner_ref",
    steps=(Step(commands.AddEmployerPartner, facts.EmployerPartnerAdded, after=(NEW,)),),
)
