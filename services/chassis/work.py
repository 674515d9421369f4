"""What the writer is given to do, and the answers it gives."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias

from services.chassis.keys.erasures import Erasure
from services.chassis.store.leftovers import Left
from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import Command
from staffel_contracts.problem import problem

OK = 200
UNKNOWN_BODY = ""
"""The body hash of an answer that was taken from the log, which does not hold the command."""

REFILLED = "command/"
"""The key of an answer that only says that there are such answers."""


class Answer(NamedTuple):
    """What a caller gets: an HTTP status and a JSON body (entries said, or a problem document).

    ``repeated``: it is what was answered to the same idempotency key before. ``retry_after``: the
    seconds after which to ask again.
    """

    status: int
    body: bytes
    repeated: bool = False
    retry_after: int | None = None

    @classmethod
    def refusal(cls, code: RefusalCode, detail: str = "", field: str | None = None) -> "Answer":
        """The answer that refuses with a code."""
        document = problem(code, detail, field)
        return cls(document.status, document.to_json())


class HeardWire(NamedTuple):
    """An entry of another log; ``broken`` says why even its sayer's copy is unreadable."""

    log: str
    index: int  # type: ignore[assignment] # tuples have a method of this name
    wire: bytes
    broken: str | None = None


class Read(NamedTuple):
    """One read of personal data: by whom, what for, whose, and which parts of the record.

    ``what`` names the query, route or verb; ``reader`` is the agency's own reference of who read.
    """

    agency: str
    reader: str
    role: str
    purpose: str | None
    what: str
    cases: tuple[str, ...]
    groups: tuple[str, ...] = ()


Settle: TypeAlias = Callable[[Any], None]


def _nobody(_: Any) -> None:
    """Nobody waits for the result."""


def raised(outcome: Any) -> None:
    """Settles work whose failure is the caller's: raised where it is run."""
    if isinstance(outcome, Exception):
        raise outcome


@dataclass(eq=False)
class CommandWork:
    """A command, who sent it under which idempotency key, and who waits for the answer."""

    command: Command
    agency: str
    actor: str
    role: str
    key: str
    settle: Settle = _nobody

    @property
    def answer_key(self) -> str:
        """The key under which the answer is kept: keys of different agencies never meet."""
        return f"{self.agency}/{self.key}"

    @property
    def cause(self) -> str:
        """How entries name this command: by a hash, as the key is the caller's own."""
        return f"command/{sha256(self.answer_key.encode()).hexdigest()[:24]}"

    def body_hash(self) -> str:
        """What the same key must always come with."""
        body = f"{self.command.NAME}\n{self.command.model_dump_json()}"
        return sha256(body.encode()).hexdigest()

    def __len__(self) -> int:
        """One input."""
        return 1


@dataclass(eq=False)
class HeardWork:
    """Entries heard, contiguous per log."""

    wires: list[HeardWire]
    settle: Settle = _nobody
    retried: bool = False
    """They come from the parked table: their index is behind the cursor on purpose."""

    def __len__(self) -> int:
        """As many inputs as entries."""
        return len(self.wires)


class Timer(NamedTuple):
    """A deadline that was reached."""

    subject: str
    key: str
    kind: str
    moment: datetime

    @property
    def id(self) -> str:
        """The timer's primary key."""
        return f"{self.subject}/{self.key}/{self.kind}"


@dataclass(eq=False)
class DueWork:
    """Deadlines that were reached."""

    timers: list[Timer]
    settle: Settle = _nobody
    broken: str | None = None
    """Why they are to be set aside."""

    def __len__(self) -> int:
        """As many inputs as deadlines."""
        return len(self.timers)


@dataclass(eq=False)
class ParkedWork:
    """A person's decision about a parked case: try again in order, or drop its first, by its id."""

    case_id: str | None
    parked_id: str
    drop: bool = False
    settle: Settle = _nobody
    result: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        """One input."""
        return 1


@dataclass(eq=False)
class ReadWork:
    """Reads of personal data to be recorded; without any, those that are old are forgotten."""

    reads: list[Read]
    settle: Settle = _nobody

    def __len__(self) -> int:
        """As many inputs as reads."""
        return len(self.reads)


@dataclass(eq=False)
class ErasureWork:
    """A person to be erased: decided about here by a ``basis``, or decided already and carried out.

    ``left`` is what a look through the database found of them.
    """

    erasure: Erasure
    left: Left
    basis: str | None = None
    cleaned: bool = False
    """What lies outside of the database is deleted too."""
    settle: Settle = _nobody
    result: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """One input."""
        return 1


Work: TypeAlias = CommandWork | HeardWork | DueWork | ParkedWork | ErasureWork | ReadWork
