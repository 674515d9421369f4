"""What casework says about providers of offers."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import OfferEndReason, PersonalData, ProviderKind, Retention
from staffel_contracts.fact import Fact, Ref


class ProviderFact(Fact):
    """What every fact about one provider carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 17 Abs. 3 SGB I"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    provider_ref: Ref


class ProviderRegistered(ProviderFact):
    """An organisation that makes offers was entered in the directory."""

    VALID_ON: ClassVar[str | None] = "registered_on"

    provider_kind: ProviderKind
    registered_on: date


class ProviderUpdated(ProviderFact):
    """What the directory says about a provider was brought up to date."""

    VALID_ON: ClassVar[str | None] = "updated_on"

    provider_kind: ProviderKind
    updated_on: date


class ProviderRetired(ProviderFact):
    """The provider makes no offers any more."""

    VALID_ON: ClassVar[str | None] = "retired_on"

    retired_on: date
    reason_code: OfferEndReason
