"""What casework is asked about plans and their measures."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Ref


class ReportIntegrationConceptAdopted(Command):
    """Report that a concept for integration was adopted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("integration-concept-adopted",)

    district: District
    document_ref: Ref
    adopted_on: date
