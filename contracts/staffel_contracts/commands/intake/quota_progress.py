"""What intake is asked about how far the reception quota is filled."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Count


class ReportReceptionQuotaProgress(DistrictCommand):
    """Report how many people were taken in up to a day, and how many are still to come."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("reception-quota-progress-reported",)

    year: int
    as_of: date
    admitted: Count
    outstanding: Count
