"""Commands and queries as they come in, over HTTP or NATS: read, check who asks, hand over."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json, to_json
from sqlalchemy import Engine

from services.chassis.agencies import Agency
from services.chassis.decider import Refused
from services.chassis.maintenance import Maintenance
from services.chassis.opening import rules_broken
from services.chassis.service import Service
from services.chassis.work import OK, Answer, CommandWork, Settle, Work
from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import COMMANDS, Command

MOST_BYTES = 256 * 1024
MOST_KEY = 200
WHOAMI = "whoami"
"""The query that every service answers."""


class Caller(NamedTuple):
    """Who asks: an agency, and in it a person and a role as the agency names them."""

    agency: Agency
    actor: str
    role: str


class Turned(Exception):
    """A command was turned away before any rule about the case was asked."""

    def __init__(self, code: RefusalCode, detail: str = "", field: str | None = None) -> None:
        """Turn away with an answer."""
        super().__init__(code.value)
        self.answer = Answer.refusal(code, detail, field)


def read_command(service: Service, name: str, body: bytes) -> Command:
    """Read a command that this service decides about.

    Raises:
        Turned: unknown, too large, no JSON, or a field breaks a rule.
    """
    found = COMMANDS.get(name)
    if found is None or found not in service.asks:
        raise Turned(RefusalCode.UNKNOWN_COMMAND, f"{service.name} knows no command {name[:80]!r}")
    if len(body) > MOST_BYTES:
        raise Turned(RefusalCode.TOO_LARGE, f"at most {MOST_BYTES} bytes")
    try:
        return found.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise _invalid(error) from None


def _invalid(error: ValidationError) -> Turned:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        return Turned(RefusalCode.MALFORMED, "no JSON document, or nested too deeply")
    return Turned(
        RefusalCode.INVALID, rules_broken(error), ".".join(map(str, first["loc"])) or None
    )


def check_open(maintenance: Maintenance | None) -> None:
    """Take no command during maintenance.

    Raises:
        Turned: it goes on; the answer says why and when to ask again.
    """
    if maintenance is not None:
        turned = Turned(RefusalCode.MAINTENANCE, maintenance.reason)
        turned.answer = turned.answer._replace(retry_after=maintenance.retry_after)
        raise turned


def check_caller(caller: Caller, command: Command) -> None:
    """Refuse an agency whose kind may not send this command.

    Raises:
        Turned: it may not.
    """
    if caller.agency.kind not in command.MAY:
        detail = f"{caller.agency.kind.value} may not send {command.NAME}"
        raise Turned(RefusalCode.AGENCY_MAY_NOT, detail)


def check_key(key: str | None) -> str:
    """The idempotency key, if it is one.

    Raises:
        Turned: it is missing, too long or not plain ASCII.
    """
    if not key or len(key) > MOST_KEY or not (key.isascii() and key.isprintable()):
        raise Turned(
            RefusalCode.KEY_MISSING,
            f"1 to {MOST_KEY} printable ASCII characters",
            "Idempotency-Key",
        )
    return key


def command_work(
    service: Service, name: str, body: bytes, key: str | None, caller: Caller
) -> CommandWork:
    """The work for the writer that a command is.

    Raises:
        Turned: it is turned away; the answer says why.
    """
    command = read_command(service, name, body)
    check_caller(caller, command)
    return CommandWork(command, caller.agency.id, caller.actor, caller.role, check_key(key))


class Counter:
    """Hands work to the writer and brings outcomes back to the event loop, many at a time."""

    def __init__(self, submit: Callable[[Work], None], loop: asyncio.AbstractEventLoop) -> None:
        """Hand over with ``submit``; outcomes are called back on ``loop``."""
        self._submit, self._loop = submit, loop
        self._outcomes: deque[tuple[Settle, Any]] = deque()

    def hand_over(self, work: Work, then: Settle) -> None:
        """Submit work; ``then`` is called on the event loop with its outcome."""
        work.settle = lambda outcome: self._settled(then, outcome)
        self._submit(work)

    async def ask(self, work: Work) -> Any:
        """Submit work and wait for its outcome; errors are raised."""
        future: asyncio.Future[Any] = self._loop.create_future()
        self.hand_over(work, lambda outcome: _resolve(future, outcome))
        return await future

    def _settled(self, then: Settle, outcome: Any) -> None:
        # Called in the writer's thread: one wake-up of the loop serves all outcomes of a batch.
        self._outcomes.append((then, outcome))
        if len(self._outcomes) == 1 and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        while self._outcomes:
            then, outcome = self._outcomes[0]
            then(outcome)
            self._outcomes.popleft()


def _resolve(future: asyncio.Future[Any], outcome: Any) -> None:
    if future.done():
        return
    if isinstance(outcome, BaseException):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def whoami(service: Service, agency: Agency) -> dict[str, Any]:
    """What every service answers: who asks, as the directory has it, and what it may send here."""
    may = sorted(command.NAME for command in service.asks if agency.kind in command.MAY)
    known = agency.model_dump(mode="json", include={"id", "kind", "district", "name"})
    return known | {"service": service.name, "commands": may}


def answer_query(
    service: Service, engine: Engine, name: str, body: bytes, agency: Agency
) -> Answer:
    """Answer a query from the service's tables; blocks, so it runs in a thread."""
    if name == WHOAMI:
        return Answer(OK, to_json(whoami(service, agency)))
    query = service.queries.get(name)
    if query is None:
        return Answer.refusal(
            RefusalCode.UNKNOWN_QUERY, f"{service.name} knows no query {name[:80]!r}"
        )
    try:
        params = from_json(body or b"{}")
    except ValueError:
        return Answer.refusal(RefusalCode.MALFORMED)
    if not isinstance(params, dict):
        return Answer.refusal(RefusalCode.MALFORMED, "a JSON object is expected")
    try:
        with engine.connect() as conn:
            return Answer(OK, to_json(query(conn, agency.id, params)))
    except Refused as refused:
        return Answer.refusal(refused.code, refused.detail, refused.field)
