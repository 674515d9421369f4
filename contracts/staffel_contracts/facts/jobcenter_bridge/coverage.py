"""What jobcenter_bridge says about responsibility and coverage."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import (
    BridgingInstrument,
    GapCause,
    ResponsibilityDomain,
)
from staffel_contracts.fact import Fact, Ref, Weight


class ResponsibilityChanged(Fact):
    """From ``valid_from`` on exactly ``to_agency`` is responsible for the person in this domain.

    Caused by an accepted handoff, or by the assignment to the district at admission.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 10 AsylbLG, § 36 SGB II"
    VALID_ON: ClassVar[str | None] = "valid_from"

    domain: ResponsibilityDomain
    from_agency: Ref | None = None
    to_agency: Ref
    valid_from: date
    handoff_id: Ref | None = None


class CoverageGapDetected(Fact):
    """From ``from_on`` on no benefit covers the person, as far as it was reported."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 37 Abs. 2 SGB II"
    VALID_ON: ClassVar[str | None] = "from_on"

    from_on: date
    detected_on: date
    cause_code: GapCause
    to_on: date | None = None
    """The last uncovered day, where it is known already."""
    proposed: tuple[BridgingInstrument, ...] = ()
    """What could lawfully bridge the days; officials decide."""


class CoverageGapClosed(Fact):
    """The gap ended: ``days`` days from ``from_on`` to ``to_on`` (both included) had no cover."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "to_on"

    from_on: date
    to_on: date
    days: int = Field(ge=0)
    cause_code: GapCause
