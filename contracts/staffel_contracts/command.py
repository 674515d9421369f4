"""What every command has in common: a name, the service that decides it, and who may send it."""

import re
from datetime import date
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from staffel_contracts.access import NO_ROLE, Roles, Scope
from staffel_contracts.codes import AgencyKind
from staffel_contracts.fact import District, Text
from staffel_contracts.naming import kebab

DISTRICT: Final = frozenset({AgencyKind.DISTRICT})
JOBCENTER: Final = frozenset({AgencyKind.JOBCENTER})
DISTRICT_OR_JOBCENTER: Final = DISTRICT | JOBCENTER
TAKES_OVER: Final = DISTRICT_OR_JOBCENTER | {
    AgencyKind.SOCIAL_ASSISTANCE,
    AgencyKind.YOUTH_OFFICE,
}
"""Agencies that can be responsible for a person."""
DISTRICT_OR_IMMIGRATION: Final = DISTRICT | {AgencyKind.IMMIGRATION_OFFICE}
NOBODY: Final[frozenset[AgencyKind]] = frozenset()
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)
"""The days that a command may name: no 31 December 9999 for what has no end."""


_UNWRITTEN: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
"""Control characters but tab and line ends, and what turns the direction of other text around."""
_FOUND: Final = re.compile(f"[{_UNWRITTEN}]")


def _written(text: str) -> str:
    if _FOUND.search(text):
        told = "a control character, or a mark that turns text around, may not stand in a text"
        raise PydanticCustomError("unwritten", told)
    return text


WrittenText = Annotated[
    Text, AfterValidator(_written), Field(json_schema_extra={"pattern": f"^[^{_UNWRITTEN}]*$"})
]
"""A short text as somebody types it, in any script: no database and no page chokes on it."""


class Command(BaseModel):
    """A wish, in the imperative, that one service decides about.

    The same class serves HTTP and NATS. Unknown fields are refused. It is sent with an idempotency
    key: the same key again gives the first answer, the same key with another body is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    BASE: ClassVar[bool] = False
    """What several commands have in common, and no command itself."""
    NAME: ClassVar[str] = ""
    SERVICE: ClassVar[str] = ""
    MAY: ClassVar[frozenset[AgencyKind]] = NOBODY
    """The kinds of agency that may send it."""
    ROLES: ClassVar[Roles] = NO_ROLE
    """The roles at such an agency that may send it; without any nobody may."""
    SCOPE: ClassVar[Scope | None] = None
    """What it may be about, seen from the agency that sends it."""
    LEADS_TO: ClassVar[tuple[str, ...]] = ()
    """The facts that may follow from it, by their names without version."""
    PLANNED: ClassVar[bool] = False
    """In the catalogue, but no service decides about it yet."""

    @field_validator("*")
    @classmethod
    def _a_day_that_can_be(cls, value: Any) -> Any:
        if isinstance(value, date) and not FIRST_DAY <= value <= LAST_DAY:
            told = "a day from 1900 to 2099 is expected; leave out an end that is open"
            raise PydanticCustomError("day", told)
        return value

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Name the command on the wire and enter it in the register of commands."""
        if cls.__module__.startswith("staffel_contracts.commands."):
            cls.SERVICE = cls.__module__.split(".")[2]
        cls.NAME = kebab(cls.__name__)
        if cls.SERVICE and not vars(cls).get("BASE", False):
            COMMANDS[cls.NAME] = cls


class DistrictCommand(Command):
    """A command about something of a district; only agencies of this district send it."""

    BASE: ClassVar[bool] = True
    SCOPE: ClassVar[Scope | None] = Scope.DISTRICT

    district: District


COMMANDS: dict[str, type[Command]] = {}
"""Every known command class by its name, such as ``accept-handoff``."""
