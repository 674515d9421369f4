"""Commands and queries as they come in, over HTTP or NATS: read, check who asks, hand over."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json, to_json
from sqlalchemy import Engine

from services.chassis.access import Caller, Query, Turned, check_command
from services.chassis.decider import Refused
from services.chassis.maintenance import Maintenance
from services.chassis.reads import cases_in, read_by
from services.chassis.restricting import Restricted
from services.chassis.service import Service
from services.chassis.validation import rules_broken
from services.chassis.work import OK, Answer, CommandWork, Read, Settle, Work
from staffel_contracts.access import Roles
from staffel_contracts.codes import AgencyKind, RefusalCode
from staffel_contracts.command import COMMANDS, Command

MOST_BYTES = 256 * 1024
MOST_KEY = 200
Record = Callable[[Read], None]
"""Records a read, or raises ``Turned``."""
WHOAMI = "whoami"
"""The query that every service answers."""


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


def whoami(service: Service, caller: Caller) -> dict[str, Any]:
    """What every service answers: who asks, as the directory has it, and what it may do here."""
    agency = caller.agency
    known = agency.model_dump(mode="json", include={"id", "kind", "district", "name"})
    return known | {
        "role": caller.role.value,
        "service": service.name,
        "commands": sorted(c.NAME for c in service.asks if _may(caller, c.MAY, c.ROLES)),
        "queries": sorted(
            name
            for name, query in service.queries.items()
            if _may(caller, query.access.may, query.access.roles)
        ),
    }


def _may(caller: Caller, kinds: frozenset[AgencyKind], roles: Roles) -> bool:
    return caller.agency.kind in kinds and caller.role in roles


def answer_query(  # noqa: PLR0917 - what a query needs, and what it may not show
    service: Service,
    engine: Engine,
    name: str,
    body: bytes,
    caller: Caller,
    restricted: Restricted,
    *,
    record: Record,
) -> Answer:
    """Answer a query from the service's tables; blocks, so it runs in a thread.

    What is ``restricted`` is not shown. What opens a person's data is given to ``record`` first: a
    read that is not recorded is not answered.
    """
    if name == WHOAMI:
        return Answer(OK, to_json(whoami(service, caller)))
    try:
        query = _asked(service, name, caller)
        params = _params(body)
        with engine.connect() as conn:
            found = query(conn, caller.agency.id, params, restricted)
        shown = restricted.shown(found)
        if cases := tuple(dict.fromkeys(cases_in(shown))):
            record(read_by(caller, f"query/{name}", cases, query.access.groups))
        return Answer(OK, to_json(shown))
    except Turned as turned:
        return turned.answer
    except Refused as refused:
        return Answer.refusal(refused.code, refused.detail, refused.field)


def _asked(service: Service, name: str, caller: Caller) -> Query:
    query = service.queries.get(name)
    if query is None:
        detail = f"{service.name} knows no query {name[:80]!r}"
        raise Turned(RefusalCode.UNKNOWN_QUERY, detail)
    query.access.check(caller, name)
    return query


def _params(body: bytes) -> dict[str, Any]:
    try:
        params = from_json(body or b"{}")
    except ValueError:
        raise Turned(RefusalCode.MALFORMED) from None
    if not isinstance(params, dict):
        raise Turned(RefusalCode.MALFORMED, "a JSON object is expected")
    return params
