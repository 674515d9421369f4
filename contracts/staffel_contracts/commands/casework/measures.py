"""What casework is asked about the measures of a plan."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, MeasureStatus
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Ref


class ChangeMeasureStatus(DistrictCommand):
    """Report how far a measure of the plan is."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("measure-status-changed",)

    measure_ref: Ref
    document_ref: Ref
    measure_status: MeasureStatus
    changed_on: date
