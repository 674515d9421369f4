"""What every fact has in common: a name with a version, a weight, a norm and a legal date."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from staffel_contracts.codes import PersonalData, Retention, Status
from staffel_contracts.naming import kebab

Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}$")]
"""A reference: an id or a code, never a name or free text."""

District = Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
"""An official district key (AGS, five digits), such as 12069 for Potsdam-Mittelmark."""

Area = Annotated[str, StringConstraints(pattern=r"^\d{8}$")]
"""An official municipality key (AGS, eight digits)."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""A language by its code of ISO 639."""

Count = Annotated[int, Field(ge=0, le=10_000_000)]
"""A number of people, places, days or things."""

Cents = Annotated[int, Field(ge=0, le=100_000_000_00)]
"""An amount in euro cents."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A short text that a person reads, such as a name."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest in lower-case hexadecimal."""


_VERSIONED = re.compile(r"V\d+$")


class Weight(StrEnum):
    """How much a fact matters in a person's view of the case."""

    DECISION = "decision"
    WORK = "work"
    TECHNICAL = "technical"


class Fact(BaseModel):
    """Something that happened, said once by one service; the data of a log entry.

    Instances are frozen. A class that was released changes only by optional fields; anything else
    is a new version. Dates are legal dates in Europe/Berlin.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    TYPE: ClassVar[str] = ""
    NAME: ClassVar[str] = ""
    """The type without its version, such as ``asylum-recognised``."""
    VERSION: ClassVar[int] = 1
    SAYER: ClassVar[str] = ""
    WEIGHT: ClassVar[Weight] = Weight.WORK
    BASIS: ClassVar[str] = ""
    """The paragraph that the fact stands on."""
    VALID_ON: ClassVar[str | None] = None
    """The field that holds the legal date that the fact speaks of."""
    PERSONAL: ClassVar[PersonalData] = PersonalData.CASE
    RETENTION: ClassVar[Retention] = Retention.CASE_FILE
    STATUS: ClassVar[Status] = Status.STABLE
    SINCE: ClassVar[str] = "0.1.0"
    """The version of the contracts that has it first."""
    DEPRECATED_SINCE: ClassVar[str | None] = None
    SUCCESSOR: ClassVar[str | None] = None
    """The type that takes its place, such as ``course-enrolled.v2``."""
    BASE: ClassVar[bool] = False
    """What several facts have in common, and no fact itself."""
    NUMBERED: ClassVar[tuple[str, str] | None] = None
    """(field naming a sequence, field that takes its next number), filled in when it is said."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Name the class on the wire and enter it in the register of facts."""
        if cls.__module__.startswith("staffel_contracts.facts."):
            cls.SAYER = cls.__module__.split(".")[2]
        cls.NAME = kebab(_VERSIONED.sub("", cls.__name__))
        cls.TYPE = f"{cls.NAME}.v{cls.VERSION}"
        if not vars(cls).get("BASE", False):
            _register(cls)

    def valid_on(self) -> date | None:
        """The legal date that the fact speaks of, if it has one."""
        return getattr(self, self.VALID_ON) if self.VALID_ON else None

    def upcast(self) -> "Fact":
        """The same fact in its newest version; a version that has a successor gives that one.

        Logs are replayed for ever, so an upcaster stays as long as an entry may need it.
        """
        return self

    def older(self) -> "Fact | None":
        """The same fact in the version before, for as long as that is still said beside this one.

        It is said right after this one, which is its cause.
        """
        return None

    def erased_numbers(self) -> dict[str, list[int]]:
        """Numbers of erased facts that this one keeps, by sequence (``<type>/<what is numbered>``).

        So a sequence stays gapless, although the facts that had the numbers are gone.
        """
        return {}

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read a fact as a hearer does: unknown fields are ignored.

        Raises:
            pydantic.ValidationError: a field is missing or has the wrong type.
        """
        found: Self = cls.__pydantic_validator__.validate_json(data, extra="ignore")
        return found


FACTS: dict[str, type[Fact]] = {}
"""Every known fact class by its type, such as ``asylum-recognised.v1``."""


def _register(cls: type[Fact]) -> None:
    known = FACTS.setdefault(cls.TYPE, cls)
    if known.__module__ != cls.__module__:
        msg = f"{cls.TYPE} is said by {known.__module__} already"
        raise TypeError(msg)
