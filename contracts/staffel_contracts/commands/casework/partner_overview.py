"""What casework is asked about overviews of partners."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Ref


class PublishPartnerOverview(DistrictCommand):
    """Report that an overview of partners was published."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("partner-overview-published",)

    document_ref: Ref
    published_on: date
