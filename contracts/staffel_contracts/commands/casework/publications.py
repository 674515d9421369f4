"""What casework is asked about material that was published."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Language, Ref


class PublishInformationMaterial(DistrictCommand):
    """Report that material was published."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("information-material-published",)

    document_ref: Ref
    languages: tuple[Language, ...]
    published_on: date
