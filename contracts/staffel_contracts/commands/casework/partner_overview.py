"""What casework is asked about overviews of partners."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Ref


class PublishPartnerOverview(Command):
    """Report that an overview of partners was published."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("partner-overview-published",)

    district: District
    document_ref: Ref
    published_on: date
