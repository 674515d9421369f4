"""What casework is asked about providers of offers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, OfferEndReason, ProviderKind
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Ref


class RegisterProvider(DistrictCommand):
    """Enter an organisation in the directory of providers."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("provider-registered",)

    provider_ref: Ref
    provider_kind: ProviderKind
    registered_on: date


class UpdateProvider(DistrictCommand):
    """Bring a provider's entry up to date."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("provider-updated",)

    provider_ref: Ref
    provider_kind: ProviderKind
    updated_on: date


class RetireProvider(DistrictCommand):
    """Take a provider out of the directory."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("provider-retired",)

    provider_ref: Ref
    retired_on: date
    reason_code: OfferEndReason
