"""Lifecycles about court actions, titles that run out and residence rules that end."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

RESIDENCE_RULE_END = Lifecycle(
    name="residence-rule-end",
    ref="",
    steps=(
        Step(
            commands.RecordResidenceRuleLifted,
            facts.ResidenceRuleLifted,
            after=(NEW, facts.ResidenceRuleLifted, facts.ResidenceRuleLapsed),
        ),
        Step(
            commands.RecordResidenceRuleLapsed,
            facts.ResidenceRuleLapsed,
            after=(NEW, facts.ResidenceRuleLifted, facts.ResidenceRuleLapsed),
        ),
    ),
)
