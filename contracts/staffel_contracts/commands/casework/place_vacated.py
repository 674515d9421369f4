"""What casework is asked about places that are left."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class VacatePlace(CaseCommand):
    """Report that a place was left."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("place-vacated",)

    accommodation_ref: Ref
    vacated_on: date
