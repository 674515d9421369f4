"""What casework says about agreements between partners."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgreementScope, PersonalData, Retention
from staffel_contracts.fact import Fact, Ref


class AgreementFact(Fact):
    """What every fact about one cooperation agreement carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 18 SGB II, § 86 SGB X"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    agreement_ref: Ref


class CooperationAgreementSigned(AgreementFact):
    """Partners agreed to work together, on something and until a day."""

    VALID_ON: ClassVar[str | None] = "signed_on"

    signed_on: date
    parties: tuple[Ref, ...]
    agreement_scope: AgreementScope
    until: date


class PartnerJoined(AgreementFact):
    """Another partner joined the agreement."""

    VALID_ON: ClassVar[str | None] = "joined_on"

    partner_ref: Ref
    joined_on: date


class CooperationAgreementExpiring(AgreementFact):
    """In 90 days the agreement ends, unless the partners renew it."""

    VALID_ON: ClassVar[str | None] = "due_on"

    due_on: date
