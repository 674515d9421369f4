"""What casework is asked about circles of helpers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, OfferTopic
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Ref


class ReportHelperCircleSupported(Command):
    """Report that a circle of helpers was advised or trained."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("helper-circle-supported",)

    district: District
    circle_ref: Ref
    topic: OfferTopic
    supported_on: date
