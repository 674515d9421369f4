"""What every code has: a value on the wire, and labels in the two languages officials read."""

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A code that knows its labels in the two languages that officials read."""

    de: str
    en: str

    def __new__(cls, value: str, de: str = "", en: str = "") -> Self:
        """Make a member of ``value`` with its labels."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.de, member.en = de, en
        return member
