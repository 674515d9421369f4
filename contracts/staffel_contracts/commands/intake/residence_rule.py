"""What intake is asked about residence rules."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, ResidenceRuleLevel
from staffel_contracts.command import DISTRICT_OR_IMMIGRATION
from staffel_contracts.commands.intake.person import PersonCommand
from staffel_contracts.fact import Ref


class RecordResidenceRule(PersonCommand):
    """Record a residence rule with the official key of its area."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_IMMIGRATION
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("residence-rule-recorded",)

    level: ResidenceRuleLevel
    area_key: Ref
    recorded_on: date
    until: date
