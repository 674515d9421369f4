"""What casework says about plans and their measures."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, Retention
from staffel_contracts.fact import Fact, Ref


class IntegrationConceptAdopted(Fact):
    """The district council adopted a concept or a plan for integration."""

    VALID_ON: ClassVar[str | None] = "adopted_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    document_ref: Ref
    adopted_on: date
