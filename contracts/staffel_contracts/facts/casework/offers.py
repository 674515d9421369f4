"""What casework says about offers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import (
    DeclineReason,
    OfferAudience,
    OfferChangeField,
    OfferEndReason,
    OfferTopic,
    PersonalData,
    RequesterKind,
    Retention,
)
from staffel_contracts.fact import Count, Fact, Language, Ref


class OfferFact(Fact):
    """What every fact about one offer carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 17 Abs. 3 SGB I"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    offer_ref: Ref


class OfferPublished(OfferFact):
    """An offer stands in the directory; somebody assured on a day that it is right."""

    VALID_ON: ClassVar[str | None] = "assured_on"

    provider_ref: Ref
    topic: OfferTopic
    audience: OfferAudience
    languages: tuple[Language, ...]
    capacity: Count
    assured_on: date


class OfferUpdated(OfferFact):
    """The offer was brought up to date, and is assured anew."""

    VALID_ON: ClassVar[str | None] = "assured_on"

    provider_ref: Ref
    topic: OfferTopic
    audience: OfferAudience
    languages: tuple[Language, ...]
    capacity: Count
    assured_on: date


class OfferWithdrawn(OfferFact):
    """The offer stands in the directory no more."""

    VALID_ON: ClassVar[str | None] = "withdrawn_on"

    withdrawn_on: date
    reason_code: OfferEndReason


class OfferReviewDue(OfferFact):
    """Twelve months after it was assured, somebody has to look whether the offer is still right."""

    VALID_ON: ClassVar[str | None] = "due_on"

    due_on: date


class OfferConfirmed(OfferFact):
    """Somebody looked: the offer is still right."""

    VALID_ON: ClassVar[str | None] = "assured_on"

    assured_on: date


class OfferChangeRequested(OfferFact):
    """Somebody asks for a change of the offer."""

    VALID_ON: ClassVar[str | None] = "requested_on"

    requested_on: date
    change_field: OfferChangeField
    requester_kind: RequesterKind


class OfferChangeApplied(OfferFact):
    """The change that was asked for was made."""

    VALID_ON: ClassVar[str | None] = "applied_on"

    applied_on: date
    change_field: OfferChangeField


class OfferChangeDeclined(OfferFact):
    """The change that was asked for is not made."""

    VALID_ON: ClassVar[str | None] = "declined_on"

    declined_on: date
    change_field: OfferChangeField
    reason_code: DeclineReason
