"""What casework is asked about material that was published."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Language, Ref


class PublishInformationMaterial(Command):
    """Report that material was published."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("information-material-published",)

    district: District
    document_ref: Ref
    languages: tuple[Language, ...]
    published_on: date
