"""What every code has: a value on the wire, and labels in the two languages officials read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Final, Self

_TOLERANT: Final = ContextVar("staffel_tolerant_codes", default=False)


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

    @property
    def known(self) -> bool:
        """Whether this version of the contracts has the code in its list."""
        return self.value in type(self)._value2member_map_

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """A code that a newer version has: its own label, but only where a reader tolerates it."""
        if not _TOLERANT.get() or not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = member.de = member.en = value
        return member


@contextmanager
def unknown_codes_tolerated() -> Iterator[None]:
    """For the time of the block, code lists take codes that this version does not know.

    For readers of what others said: a code list may grow in the same version of a fact. What is
    said or decided here stays strict.
    """
    token = _TOLERANT.set(True)
    try:
        yield
    finally:
        _TOLERANT.reset(token)
