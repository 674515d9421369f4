"""What intake is asked about accommodation."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AccommodationKind, AcquisitionKind, AgencyKind, RetirementReason
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Count, Ref


class RegisterAccommodation(DistrictCommand):
    """Register an accommodation with its places; a profile tag says for whom it is meant."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("accommodation-registered",)

    accommodation_ref: Ref
    accommodation_kind: AccommodationKind
    acquisition: AcquisitionKind
    places: Count
    registered_on: date
    profile_tag: Ref | None = None


class ChangeAccommodationCapacity(DistrictCommand):
    """Report another number of places."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("accommodation-capacity-changed",)

    accommodation_ref: Ref
    places: Count
    changed_on: date


class RetireAccommodation(DistrictCommand):
    """Give an accommodation up."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("accommodation-retired",)

    accommodation_ref: Ref
    retired_on: date
    reason_code: RetirementReason
