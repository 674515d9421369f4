"""What casework says about offers that a person was referred to."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import DeclineReason
from staffel_contracts.fact import Fact, Ref


class OfferReferralFact(Fact):
    """What every fact about one referral carries: responsibility does not move."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 14 SGB I"
    SINCE: ClassVar[str] = "0.2.0"

    referral_ref: Ref
    offer_ref: Ref


class OfferReferralSent(OfferReferralFact):
    """The person was referred to an offer; the agency stays responsible."""

    VALID_ON: ClassVar[str | None] = "sent_on"

    sent_on: date


class OfferReferralAccepted(OfferReferralFact):
    """The offer has a place for the person."""

    VALID_ON: ClassVar[str | None] = "accepted_on"

    accepted_on: date


class OfferReferralDeclined(OfferReferralFact):
    """The offer has no place for the person, for a coded reason."""

    VALID_ON: ClassVar[str | None] = "declined_on"

    declined_on: date
    reason_code: DeclineReason


class OfferReferralCompleted(OfferReferralFact):
    """The person used the offer to its end."""

    VALID_ON: ClassVar[str | None] = "completed_on"

    completed_on: date


class OfferReferralNoShow(OfferReferralFact):
    """The person did not come."""

    VALID_ON: ClassVar[str | None] = "missed_on"

    missed_on: date
