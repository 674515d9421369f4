"""Lifecycles about consents."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import intake as commands
from staffel_contracts.facts import intake as facts

CONSENT = Lifecycle(
    name="consent",
    ref="consent_ref",
    steps=(
        Step(commands.RecordConsent, facts.ConsentGiven, after=(NEW,)),
        Step(commands.RevokeConsent, facts.ConsentRevoked, after=(facts.ConsentGiven,)),
    ),
)
