"""What casework is asked about the measures of a plan."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, MeasureStatus
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Ref


class ChangeMeasureStatus(Command):
    """Report how far a measure of the plan is."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("measure-status-changed",)

    district: District
    measure_ref: Ref
    document_ref: Ref
    measure_status: MeasureStatus
    changed_on: date
