"""What casework is asked about offers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, COORDINATE, Roles
from staffel_contracts.codes import (
    AgencyKind,
    DeclineReason,
    OfferAudience,
    OfferChangeField,
    OfferEndReason,
    OfferTopic,
    RequesterKind,
)
from staffel_contracts.command import DISTRICT, DISTRICT_OR_JOBCENTER, DistrictCommand
from staffel_contracts.fact import Count, Language, Ref


class PublishOffer(DistrictCommand):
    """Put an offer into the directory."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-published",)

    offer_ref: Ref
    provider_ref: Ref
    topic: OfferTopic
    audience: OfferAudience
    languages: tuple[Language, ...]
    capacity: Count
    assured_on: date


class UpdateOffer(DistrictCommand):
    """Bring an offer up to date."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-updated",)

    offer_ref: Ref
    provider_ref: Ref
    topic: OfferTopic
    audience: OfferAudience
    languages: tuple[Language, ...]
    capacity: Count
    assured_on: date


class WithdrawOffer(DistrictCommand):
    """Take an offer out of the directory."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-withdrawn",)

    offer_ref: Ref
    withdrawn_on: date
    reason_code: OfferEndReason


class ConfirmOffer(DistrictCommand):
    """Confirm that an offer is still right."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-confirmed",)

    offer_ref: Ref
    assured_on: date


class RequestOfferChange(DistrictCommand):
    """Ask for a change of an offer."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY | COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-change-requested",)

    offer_ref: Ref
    requested_on: date
    change_field: OfferChangeField
    requester_kind: RequesterKind


class ApplyOfferChange(DistrictCommand):
    """Report that a change that was asked for was made."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-change-applied",)

    offer_ref: Ref
    applied_on: date


class DeclineOfferChange(DistrictCommand):
    """Decline a change that was asked for."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-change-declined",)

    offer_ref: Ref
    declined_on: date
    reason_code: DeclineReason
