"""What a person asks about their data, and holds that keep it."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

SUBJECT_ACCESS = Lifecycle(
    name="subject-access",
    ref="request_ref",
    steps=(
        Step(commands.RequestSubjectAccess, facts.SubjectAccessRequested, after=(NEW,)),
        Step(
            commands.AnswerSubjectAccess,
            facts.SubjectAccessAnswered,
            after=(facts.SubjectAccessRequested,),
        ),
    ),
)
RESTRICTION = Lifecycle(
    name="restriction",
    ref="reason_code",  # each reason stands by itself, and is lifted by itself
    steps=(
        Step(
            commands.RestrictProcessing,
            facts.ProcessingRestricted,
            after=(NEW, facts.ProcessingRestricted, facts.RestrictionEndAnnounced),
            anew=True,
        ),
        Step(
            commands.AnnounceRestrictionEnd,
            facts.RestrictionEndAnnounced,
            after=(facts.ProcessingRestricted, facts.RestrictionEndAnnounced),
        ),
    ),
)
LEGAL_HOLD = Lifecycle(
    name="legal-hold",
    ref="hold_ref",
    steps=(Step(commands.SetLegalHold, facts.LegalHoldSet, after=(NEW, facts.LegalHoldSet)),),
)
