"""Lifecycles about how far the reception quota is filled."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import intake as commands
from staffel_contracts.facts import intake as facts

QUOTA_PROGRESS = Lifecycle(
    name="quota-progress",
    ref="year",
    steps=(
        Step(
            commands.ReportReceptionQuotaProgress,
            facts.ReceptionQuotaProgressReported,
            after=(NEW, facts.ReceptionQuotaProgressReported),
        ),
    ),
)
