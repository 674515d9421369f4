"""What casework says about projects and their funds."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import Funder, PersonalData, Retention
from staffel_contracts.fact import Cents, Fact, Ref


class ProjectFact(Fact):
    """What every fact about one funded project carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 44 LHO"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    project_ref: Ref
    funder: Funder


class ProjectFundingApplied(ProjectFact):
    """The district applied to take part in a funded programme."""

    VALID_ON: ClassVar[str | None] = "applied_on"

    applied_on: date


class ProjectEarlyStartApproved(ProjectFact):
    """The project may begin before the grant (vorzeitiger Maßnahmenbeginn)."""

    VALID_ON: ClassVar[str | None] = "early_start_on"

    early_start_on: date


class ProjectFundingGranted(ProjectFact):
    """The funds for the project were granted."""

    VALID_ON: ClassVar[str | None] = "granted_on"

    granted_on: date
    amount_cents: Cents


class ProjectStarted(ProjectFact):
    """The project began."""

    VALID_ON: ClassVar[str | None] = "started_on"

    started_on: date
