"""What casework is asked about the end of AsylbLG benefits."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import AgencyKind, FinalityBasis
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand


class RecordFinality(CaseCommand):
    """Record that the decision is final by waiver, by withdrawal of the action, or by a court."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("asylum-decision-final",)

    finality_on: date
    basis: FinalityBasis
