"""What casework is asked about offers that a person was referred to."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, Roles
from staffel_contracts.codes import AgencyKind, DeclineReason
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class SendOfferReferral(CaseCommand):
    """Refer a person to an offer."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-referral-sent",)

    referral_ref: Ref
    offer_ref: Ref
    sent_on: date


class ReportOfferReferralAccepted(CaseCommand):
    """Report that the offer has a place for the person."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-referral-accepted",)

    referral_ref: Ref
    accepted_on: date


class ReportOfferReferralDeclined(CaseCommand):
    """Report that the offer has no place for the person."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-referral-declined",)

    referral_ref: Ref
    declined_on: date
    reason_code: DeclineReason


class ReportOfferReferralCompleted(CaseCommand):
    """Report that the person used the offer to its end."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-referral-completed",)

    referral_ref: Ref
    completed_on: date


class ReportOfferReferralNoShow(CaseCommand):
    """Report that the person did not come."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("offer-referral-no-show",)

    referral_ref: Ref
    missed_on: date
