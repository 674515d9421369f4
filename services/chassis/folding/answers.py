"""The answers to accepted commands, as a log tells them: a command that comes again is known."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import Connection, Table

from services.chassis.store.database import upsert
from services.chassis.store.tables import AnswerRow
from services.chassis.work import OK, REFILLED, UNKNOWN_BODY
from services.chassis.writing.opening import is_said_again
from staffel_contracts.envelope import Leaf

_ANSWER: Table = AnswerRow.__table__  # type: ignore[attr-defined]
_MARK = {"key": REFILLED, "body_hash": UNKNOWN_BODY, "status": OK, "body": b""}


class _Answered(NamedTuple):
    """A command that was accepted: the first and last entry that it led to, and the case."""

    cause: str
    first: int
    last: int
    case: str | None


class Answers:
    """Takes the leaves of a log in order, and gives the rows of what was answered.

    They are kept under the hash by which entries name the command that caused them.
    """

    def __init__(self, service: str) -> None:
        """Begin where no command is being answered."""
        self._name = service
        self._answered: _Answered | None = None

    def take(self, leaf: Leaf) -> Iterator[dict[str, Any]]:
        """The answer that is complete because another input's entry follows."""
        known = self._answered
        if known and (leaf.cause == known.cause or is_said_again(leaf)):
            self._answered = known._replace(last=leaf.index)
            return
        yield from self.rest()
        if leaf.cause.startswith("command/"):
            self._answered = _Answered(leaf.cause, leaf.index, leaf.index, leaf.subject)

    def rest(self) -> Iterator[dict[str, Any]]:
        """The last answer: the log ends here."""
        if (known := self._answered) is not None:
            entries = [f"{self._name}/{n}" for n in range(known.first, known.last + 1)]
            body = to_json({"entries": entries, "case": known.case})
            yield {"key": known.cause, "body_hash": UNKNOWN_BODY, "status": OK, "body": body}
        self._answered = None


def keep_answers(conn: Connection, answers: Sequence[dict[str, Any]]) -> None:
    """Write answers that a log told, and that there are such."""
    if answers:
        upsert(conn, _ANSWER, [_MARK, *answers])
