"""What casework is asked about visits."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, VisitBody
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Ref


class RecordExchangeVisit(DistrictCommand):
    """Record an official visit."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("exchange-visit-recorded",)

    visit_ref: Ref
    on: date
    body: VisitBody
