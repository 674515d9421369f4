"""What casework is asked about offers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import (
    AgencyKind,
    DeclineReason,
    OfferAudience,
    OfferChangeField,
    OfferEndReason,
    OfferTopic,
    RequesterKind,
)
from staffel_contracts.command import DISTRICT, DISTRICT_OR_JOBCENTER, Command
from staffel_contracts.fact import Count, District, Language, Ref


class PublishOffer(Command):
    """Put an offer into the directory."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-published",)

    district: District
    offer_ref: Ref
    provider_ref: Ref
    topic: OfferTopic
    audience: OfferAudience
    languages: tuple[Language, ...]
    capacity: Count
    assured_on: date


class UpdateOffer(Command):
    """Bring an offer up to date."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-updated",)

    district: District
    offer_ref: Ref
    provider_ref: Ref
    topic: OfferTopic
    audience: OfferAudience
    languages: tuple[Language, ...]
    capacity: Count
    assured_on: date


class WithdrawOffer(Command):
    """Take an offer out of the directory."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-withdrawn",)

    district: District
    offer_ref: Ref
    withdrawn_on: date
    reason_code: OfferEndReason


class ConfirmOffer(Command):
    """Confirm that an offer is still right."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-confirmed",)

    district: District
    offer_ref: Ref
    assured_on: date


class RequestOfferChange(Command):
    """Ask for a change of an offer."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-change-requested",)

    district: District
    offer_ref: Ref
    requested_on: date
    change_field: OfferChangeField
    requester_kind: RequesterKind


class ApplyOfferChange(Command):
    """Report that a change that was asked for was made."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-change-applied",)

    district: District
    offer_ref: Ref
    applied_on: date


class DeclineOfferChange(Command):
    """Decline a change that was asked for."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-change-declined",)

    district: District
    offer_ref: Ref
    declined_on: date
    reason_code: DeclineReason
