"""What deciders see: the inputs they are given, and how they refuse."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import Command
from staffel_contracts.fact import Fact

C = TypeVar("C", bound=Command)
F = TypeVar("F", bound=Fact)


class About(NamedTuple):
    """What a state's entries are about: subject, whose key seals them, and which district (AGS)."""

    case: str | None
    person: str | None
    district: str


class Directory(Protocol):
    """Which agencies there are: what of the world beside the logs a decision may look at.

    A fold never looks at it: what was decided by it stands in the facts.
    """

    def competent(self, kind: str, area: str, on: date) -> str | None:
        """The id of the agency of a kind for an area (official key) on a day."""
        ...

    def periods(self, agency: str) -> dict[str, Any] | None:
        """The periods agreed with an agency, where they are not the usual ones."""
        ...


class _NoAgencies:
    """A directory of nobody: receivers are named by convention."""

    def competent(self, _kind: str, _area: str, _on: date) -> str | None:
        return None

    def periods(self, _agency: str) -> dict[str, Any] | None:
        return None


NO_AGENCIES: Final[Directory] = _NoAgencies()


class Refused(Exception):
    """A rule said no; the caller gets the stable code, nothing changes."""

    def __init__(self, code: RefusalCode, detail: str = "", field: str | None = None) -> None:
        """Refuse with ``code``; no personal data in ``detail``, ``field`` names the culprit."""
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail
        self.field = field


@dataclass(frozen=True, slots=True)
class Asked(Generic[C]):
    """A command and who sent it; ``new_id`` is a fresh id for whatever the decision creates."""

    command: C
    agency: str
    actor: str
    role: str
    new_id: str
    directory: Directory = NO_AGENCIES


@dataclass(frozen=True, slots=True)
class Heard(Generic[F]):
    """An entry of another service's log: ``log``/``index``, and what its leaf says about it."""

    fact: F
    log: str
    index: int
    case: str | None
    person: str | None
    district: str
    time: datetime
    new_id: str
    directory: Directory = NO_AGENCIES
    concern: Any = None
    """For whom it concerns without being said of them: what was found when they were looked up."""


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of the state was reached: its kind and the moment (UTC) it was due."""

    kind: str
    moment: datetime
    new_id: str
    directory: Directory = NO_AGENCIES


@dataclass(frozen=True, slots=True)
class Erasing:
    """The person of a case is erased; what is said of it is all that stays.

    With a ``basis`` it is decided now; otherwise ``heard`` is what decided it. ``rows`` are the
    subject's rows for readers, by table, before they are deleted.
    """

    case: str
    key_id: str
    basis: str | None
    heard: Heard[Fact] | None
    rows: Mapping[str, list[dict[str, Any]]]


Input: TypeAlias = Asked[Command] | Heard[Fact] | Due
