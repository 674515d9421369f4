"""What intake is asked about the places that people get."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, MatchReason
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.intake.person import PersonCommand
from staffel_contracts.fact import Ref


class AssignPlace(PersonCommand):
    """Give a person a place in an accommodation."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("place-assigned",)

    accommodation_ref: Ref
    from_on: date
    match_reason: MatchReason
