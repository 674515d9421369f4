"""What intake says about consents."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import ConsentKind, SheetField
from staffel_contracts.fact import Fact, Ref, Weight


class ConsentFact(Fact):
    """What every fact about one consent carries: what for, and for whom."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 67b Abs. 2 SGB X"
    SINCE: ClassVar[str] = "0.2.0"

    consent_ref: Ref
    consent_kind: ConsentKind
    recipient: Ref


class ConsentGiven(ConsentFact):
    """The person consented, in writing or electronically: what may be told, to whom, until when."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "given_on"

    given_on: date
    valid_to: date
    scope_fields: tuple[SheetField, ...] = ()


class ConsentRevoked(ConsentFact):
    """The person took the consent back; from now on nothing more is told on it."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "revoked_on"

    revoked_on: date
