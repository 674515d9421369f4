"""Facts of invented people, short to write."""

from datetime import date
from typing import Any

from services.casework.entitlement_facts import Facts, Title
from services.chassis.legal_calendar import Land
from staffel_contracts.codes import ProtectionKind, TitleCode


def day(text: str) -> date:
    return date.fromisoformat(text)


def title(
    issued_on: str, valid_to: str, valid_from: str = "", code: TitleCode = TitleCode.S25_2
) -> Title:
    return Title(code, day(issued_on), day(valid_from or issued_on), day(valid_to))


def recognised(served_on: str = "2025-03-20", land: Land = "BB", **more: Any) -> Facts:
    kind = more.pop("protection_kind", ProtectionKind.REFUGEE_S3)
    return Facts(land=land, protection_kind=kind, served_on=day(served_on), **more)


def protected(**more: Any) -> Facts:
    return Facts(land="BB", protection_kind=ProtectionKind.TEMPORARY_S24, **more)


THREE_YEARS = title("2025-03-28", "2028-03-27")
"""The usual first title of a refugee."""
