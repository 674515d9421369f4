"""What casework is asked about circles of helpers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, OfferTopic
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Ref


class ReportHelperCircleSupported(DistrictCommand):
    """Report that a circle of helpers was advised or trained."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("helper-circle-supported",)

    circle_ref: Ref
    topic: OfferTopic
    supported_on: date
