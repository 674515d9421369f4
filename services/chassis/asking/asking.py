"""Commands and queries as they come in, over HTTP or NATS: read, check who asks, hand over."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError

from services.chassis.access import Caller, Turned, check_command
from services.chassis.asking.maintenance import Maintenance
from services.chassis.service import Service
from services.chassis.validation import rules_broken
from services.chassis.work import CommandWork, Settle, Work
from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import COMMANDS, Command

MOST_BYTES = 256 * 1024
MOST_KEY = 200
HELD_SECONDS = 2
_NUL = rb"\u0000"
MALFORMED = "no JSON document, or nested too deeply"


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
        command = found.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise _invalid(error) from None
    if _NUL in body:
        check_texts(command.model_dump())
    return command


def check_texts(values: dict[str, Any]) -> None:
    """Refuse the character NUL in a text: databases do not take it.

    Raises:
        Turned: invalid, with the field.
    """
    if field := _with_nul(values):
        raise Turned(RefusalCode.INVALID, "the character NUL may not stand in a text", field)


def _with_nul(value: Any, field: str = "") -> str | None:
    """The field of the first text that holds the character NUL."""
    if isinstance(value, str):
        return field if "\0" in value else None
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list | tuple):
        inner = enumerate(value)
    found = (_with_nul(one, f"{field}.{name}".lstrip(".")) for name, one in inner)
    return next((one for one in found if one is not None), None)


def _invalid(error: ValidationError) -> Turned:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    if first["type"] == "json_invalid":
        return Turned(RefusalCode.MALFORMED, MALFORMED)
    return Turned(
        RefusalCode.INVALID, rules_broken(error), ".".join(map(str, first["loc"])) or None
    )


def check_open(maintenance: Maintenance | None, held: str | None) -> None:
    """Take no command during maintenance, nor where there are or may be two histories of the log.

    An operator has to decide which of these stands: what is acknowledged now might be lost then.

    Raises:
        Turned: it is so; the answer says why, and of maintenance when to ask again.
    """
    if held:
        turned = Turned(RefusalCode.UNAVAILABLE, held)
        turned.answer = turned.answer._replace(retry_after=HELD_SECONDS)
        raise turned
    if maintenance is not None:
        turned = Turned(RefusalCode.MAINTENANCE, maintenance.reason)
        turned.answer = turned.answer._replace(retry_after=maintenance.retry_after)
        raise turned


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
    check_command(caller, type(command))
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
