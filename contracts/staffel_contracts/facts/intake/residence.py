"""What intake says about asylum and residence: decisions and titles received."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import ProtectionKind, TitleCode
from staffel_contracts.fact import Fact, Weight


class AsylumRecognised(Fact):
    """The Federal Office granted protection and the notice was served.

    Benefits do not end with it: they end with the month in which it becomes final or a title of
    more than six months is issued (§ 1 Abs. 2, Abs. 3 AsylbLG).
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 31 AsylG"
    VALID_ON: ClassVar[str | None] = "served_on"

    protection_kind: ProtectionKind
    decided_on: date
    served_on: date
    received_on: date
    special_period: bool = False
    """The period for court action is one week instead of two (§ 74 Abs. 1 AsylG)."""


class AsylumRefused(Fact):
    """The Federal Office refused protection; nothing is handed over."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 31 AsylG"
    VALID_ON: ClassVar[str | None] = "served_on"

    decided_on: date
    served_on: date
    received_on: date


class ResidenceTitleIssued(Fact):
    """The immigration office issued a residence title; both days of its validity are included."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 26 Abs. 1 AufenthG"
    VALID_ON: ClassVar[str | None] = "valid_from"

    title_code: TitleCode
    issued_on: date
    valid_from: date
    valid_to: date
