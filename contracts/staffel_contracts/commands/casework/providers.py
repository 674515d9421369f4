"""What casework is asked about providers of offers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, OfferEndReason, ProviderKind
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Ref


class RegisterProvider(Command):
    """Enter an organisation in the directory of providers."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("provider-registered",)

    district: District
    provider_ref: Ref
    provider_kind: ProviderKind
    registered_on: date


class UpdateProvider(Command):
    """Bring a provider's entry up to date."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("provider-updated",)

    district: District
    provider_ref: Ref
    provider_kind: ProviderKind
    updated_on: date


class RetireProvider(Command):
    """Take a provider out of the directory."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("provider-retired",)

    district: District
    provider_ref: Ref
    retired_on: date
    reason_code: OfferEndReason
