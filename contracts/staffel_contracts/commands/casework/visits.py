"""What casework is asked about visits."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, VisitBody
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Ref


class RecordExchangeVisit(Command):
    """Record an official visit."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("exchange-visit-recorded",)

    district: District
    visit_ref: Ref
    on: date
    body: VisitBody
