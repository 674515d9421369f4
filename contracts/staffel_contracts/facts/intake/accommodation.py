"""What intake says about accommodation."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import (
    AccommodationKind,
    AcquisitionKind,
    PersonalData,
    Retention,
    RetirementReason,
)
from staffel_contracts.fact import Count, Fact, Ref


class AccommodationFact(Fact):
    """What every fact about one accommodation carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 53 Abs. 1 AsylG"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    accommodation_ref: Ref


class AccommodationRegistered(AccommodationFact):
    """The district has places to house people: bought, rented or built."""

    VALID_ON: ClassVar[str | None] = "registered_on"

    accommodation_kind: AccommodationKind
    acquisition: AcquisitionKind
    places: Count
    registered_on: date
    profile_tag: Ref | None = None


class AccommodationCapacityChanged(AccommodationFact):
    """The accommodation has another number of places."""

    VALID_ON: ClassVar[str | None] = "changed_on"

    places: Count
    changed_on: date


class AccommodationRetired(AccommodationFact):
    """The accommodation is not used any more."""

    VALID_ON: ClassVar[str | None] = "retired_on"

    retired_on: date
    reason_code: RetirementReason
