"""What casework says about funds for volunteers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import DeclineReason, FundingPurpose, PersonalData, Retention
from staffel_contracts.fact import Cents, Fact, Ref


class VolunteerFundingFact(Fact):
    """What every fact about one application for funds carries."""

    BASE: ClassVar[bool] = True
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    funding_ref: Ref
    purpose_code: FundingPurpose


class VolunteerFundingApplied(VolunteerFundingFact):
    """An initiative applied for funds."""

    VALID_ON: ClassVar[str | None] = "applied_on"

    applied_on: date
    amount_cents: Cents


class VolunteerFundingGranted(VolunteerFundingFact):
    """Funds were granted; the amount may be less than was applied for."""

    VALID_ON: ClassVar[str | None] = "granted_on"

    granted_on: date
    amount_cents: Cents


class VolunteerFundingRefused(VolunteerFundingFact):
    """No funds were granted, for a coded reason."""

    VALID_ON: ClassVar[str | None] = "refused_on"

    refused_on: date
    reason_code: DeclineReason


class VolunteerFundingAccounted(VolunteerFundingFact):
    """The initiative showed what the funds were used for."""

    VALID_ON: ClassVar[str | None] = "accounted_on"

    accounted_on: date
    amount_cents: Cents
