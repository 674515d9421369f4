"""Queries: who asks is checked, what was read is recorded, then it is answered."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Engine

from services.chassis.access import Beside, Caller, Query, Shown, Turned
from services.chassis.asking.asking import check_texts
from services.chassis.decider import Refused
from services.chassis.restricting import Restricted
from services.chassis.service import Service
from services.chassis.work import OK, Answer, Read
from services.chassis.writing.reads import cases_in, read_by
from staffel_contracts.access import Roles
from staffel_contracts.codes import AgencyKind, RefusalCode

AT_ONCE = 8
WHOAMI = "whoami"
"""The query that every service answers."""
Record = Callable[[Read], None]
"""Records a read, or raises ``Turned``."""


class Queries:
    """Answers a service's queries from its tables, so many at once.

    They run in threads of their own: neither health nor a loop of the service waits for one.
    """

    def __init__(
        self, service: Service, engine: Engine, restricted: Restricted, record: Record
    ) -> None:
        """Read through a read-only engine; what is ``restricted`` is not shown."""
        self._service, self._engine = service, engine
        self._restricted, self._record = restricted, record
        self._threads = ThreadPoolExecutor(AT_ONCE, "query")

    async def ask(self, name: str, body: bytes, caller: Caller) -> Answer:
        """Answer a query."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.answer, name, body, caller)

    def answer(self, name: str, body: bytes, caller: Caller) -> Answer:
        """Answer a query in this thread.

        What opens a person's data is recorded first: a read that is not recorded is not answered.
        """
        if name == WHOAMI:
            return Answer(OK, to_json(whoami(self._service, caller)))
        try:
            return Answer(OK, to_json(self._found(name, body, caller)))
        except Turned as turned:
            return turned.answer
        except Refused as refused:
            return Answer.refusal(refused.code, refused.detail, refused.field)

    def close(self) -> None:
        """Take no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _found(self, name: str, body: bytes, caller: Caller) -> Any:
        query = _asked(self._service, name, caller)
        params = _params(body)
        _check_known(params, query.access.takes)
        _check_kinds(params, query.access.numbers)
        with self._engine.connect() as conn:
            found = query(conn, caller.agency.id, params, self._restricted)
        shown = found if isinstance(found, Shown) else self._restricted.shown(found)
        beside = found.cases if isinstance(found, Beside) else ()
        if cases := tuple(dict.fromkeys((*cases_in(shown), *beside))):
            self._record(read_by(caller, f"query/{name}", cases, query.access.groups))
        return shown


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
    check_texts(params)
    return params


def _check_known(params: dict[str, Any], takes: tuple[str, ...]) -> None:
    unknown = next((name for name in params if name not in takes), None)
    if unknown is not None:
        known = f"it takes {', '.join(takes)}" if takes else "it takes none"
        raise Turned(RefusalCode.INVALID, f"there is no such parameter; {known}", unknown[:80])


def _check_kinds(params: dict[str, Any], numbers: tuple[str, ...]) -> None:
    for name, value in params.items():
        wanted = int if name in numbers else str
        if not isinstance(value, wanted) or isinstance(value, bool):
            kind = "natural number" if wanted is int else "text"
            raise Turned(RefusalCode.INVALID, f"a {kind} is expected", name)


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
