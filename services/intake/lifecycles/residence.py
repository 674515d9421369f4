"""Lifecycles about what proves the stay until the title is there."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import intake as commands
from staffel_contracts.facts import intake as facts

INTERIM_PROOF = Lifecycle(
    name="interim-proof",
    ref="",
    steps=(
        Step(
            commands.RecordInterimProof,
            facts.InterimProofIssued,
            after=(NEW, facts.InterimProofIssued),
        ),
    ),
)

TITLE_END = Lifecycle(
    name="title-end",
    ref="title_code",
    steps=(
        Step(
            commands.RecordResidenceTitleEnd,
            facts.ResidenceTitleEnded,
            after=(NEW, facts.ResidenceTitleEnded),
        ),
    ),
)

TEMPORARY_PROTECTION = Lifecycle(
    name="temporary-protection",
    ref="",
    steps=(
        Step(
            commands.RecordTemporaryProtection,
            facts.TemporaryProtectionRegistered,
            after=(NEW, facts.TemporaryProtectionRegistered),
        ),
    ),
)

RESIDENCE_RULE = Lifecycle(
    name="residence-rule",
    ref="",
    steps=(
        Step(
            commands.RecordResidenceRule,
            facts.ResidenceRuleRecorded,
            after=(NEW, facts.ResidenceRuleRecorded),
        ),
    ),
)
