"""Lifecycles about the bank account."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

BANK_ACCOUNT = Lifecycle(
    name="bank-account",
    ref="",
    steps=(Step(commands.ReportBankAccountOpened, facts.BankAccountOpened, after=(NEW,)),),
)

HEALTH_FUND = Lifecycle(
    name="health-fund",
    ref="",
    steps=(
        Step(
            commands.ReportHealthInsuranceChoice,
            facts.HealthInsuranceChosen,
            after=(NEW, facts.HealthInsuranceChosen),
        ),
    ),
)
