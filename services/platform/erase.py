"""``staffel erase PERSON``: decide that a person is erased, and see it carried out everywhere."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NamedTuple

import typer
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic_core import from_json, to_json
from rich.console import Console
from rich.table import Table
from sqlalchemy import Table as SqlTable
from sqlalchemy import or_, select

from services.chassis.endpoints.bus import STATUS_HEADER
from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.database import reading
from services.chassis.work import OK
from services.intake.tables import PersonRow
from services.platform.config import PROCESSES, SERVICES
from services.platform.connecting import connect_as
from services.platform.home import Home
from services.platform.keys import rotate_master
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from services.platform.up import refuse_absent
from staffel_contracts.codes import ErasureBasis

DECIDES = "casework"
WITHIN = 60.0
CONNECT_WITHIN = 10.0
ANSWER_WITHIN = 30.0
NOT_DONE = 3
_PERSON: SqlTable = PersonRow.__table__  # type: ignore[attr-defined]
PersonArgument = Annotated[
    str, typer.Argument(metavar="PERSON", help="A person or case id, or <district>/<reference>.")
]


class Who(NamedTuple):
    """A person to be erased: the pseudonyms of person and case, and the id of the key."""

    person: str
    case: str
    key_id: str


class NotDecided(Exception):
    """A service refuses an erasure, or does not answer; says why."""


class NotTold(NotDecided):
    """The question arrived and no answer came in time: the erasure may still be carried out."""


def erase(  # noqa: PLR0917 - options of the command line
    person: PersonArgument,
    ground: Annotated[ErasureBasis, typer.Option(help="Why; see Art. 17 Abs. 1 DSGVO.")],
    home: HomeOption = DEFAULT_HOME,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    keep_master: Annotated[
        bool, typer.Option("--keep-master", help="Leave rotating the master key for later.")
    ] = False,
    within: Annotated[float, typer.Option(min=0, help="Seconds to wait for services.")] = WITHIN,
    as_json: JsonOption = False,
) -> None:
    """Erase a person everywhere: their key, their data in logs, tables, streams, feeds and mails.

    Refused while a legal hold stands or a receiver has yet to decide. Run again, it goes on where
    it was. Afterwards the master key is rotated. Exit code 1 if refused, 3 if a service did not
    carry it out yet, or did not answer in time: it will when it is up again, or may still do so.
    """
    place = load_home(home)
    with plain_errors(), _told():
        who = asyncio.run(_find(place, person))
        plan = asyncio.run(_plan(place, who, ground))
        if dry_run:
            _say(who, plan, as_json=as_json)
            return
        if not yes:
            _say(who, plan, as_json=False)
            typer.confirm("Erase for good?", abort=True)
        done = asyncio.run(erase_one(place, who, ground, within))
        _say(who, done, as_json=as_json)  # it is decided, whatever becomes of the master key
        if not keep_master:
            rotate_master(place)
    if not all(row["done"] for row in done.values()):
        raise typer.Exit(NOT_DONE)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except NotTold as error:
        fail(str(error), NOT_DONE)
    except NotDecided as error:
        fail(str(error))


async def erase_one(
    home: Home, who: Who, ground: ErasureBasis, within: float = WITHIN
) -> dict[str, dict[str, Any]]:
    """Have a person erased, and wait until every service has carried it out; what went, by service.

    A service that is away carries it out before it serves again.

    Raises:
        NotDecided: it is refused, or nobody is there. NotTold: it may be carried out yet.
    """
    nc = await connect(home)
    try:
        await ask(nc, DECIDES, who._asdict() | {"basis": ground.value})
        return await _carried_out(nc, who, within)
    finally:
        await nc.close()


async def connect(home: Home) -> Client:
    """Connect as the operator.

    Raises:
        NotUp: no platform runs on this home. NotDecided: NATS does not answer.
    """
    refuse_absent(home)
    try:
        return await asyncio.wait_for(connect_as(home, "ops", once=True), CONNECT_WITHIN)
    except (TimeoutError, OSError, NatsError) as error:
        reason = type(error).__name__
        msg = f"NATS does not answer at {home.nats_url} ({reason}): `staffel up` it"
        raise NotDecided(msg) from None


async def ask(nc: Client, service: str, question: dict[str, Any]) -> dict[str, Any]:
    """Ask a service about an erasure.

    Raises:
        NotDecided: it refuses, or is not there. NotTold: it has the question, and no answer came.
    """
    data = to_json(question) if question else b""
    try:
        reply = await nc.request(f"erase.{service}", data, timeout=ANSWER_WITHIN)
    except TimeoutError:
        raise NotTold(
            f"{service} has not answered within {ANSWER_WITHIN:.0f} s: the question waits there,"
            " and the person may still be erased. `staffel erase … --dry-run` shows whether it is"
            " `done`; run again, the same erases nobody twice"
        ) from None
    except NatsError as error:
        raise NotDecided(f"{service} does not answer: {type(error).__name__}") from None
    answer: dict[str, Any] = from_json(reply.data)
    if int((reply.headers or {}).get(STATUS_HEADER, "500")) != OK:
        detail = f": {answer['detail']}" if answer.get("detail") else ""
        raise NotDecided(f"{service} refuses: {answer['title']} ({answer['code']}){detail}")
    return answer


async def _carried_out(nc: Client, who: Who, within: float) -> dict[str, dict[str, Any]]:
    end = asyncio.get_running_loop().time() + within
    while True:
        rows = {name: await _row(nc, name, who) for name in PROCESSES}
        if all(row["done"] for row in rows.values()):
            return rows
        if asyncio.get_running_loop().time() > end:
            return rows
        await asyncio.sleep(0.1)


async def _row(nc: Client, name: str, who: Who) -> dict[str, Any]:
    try:
        reply = await nc.request(f"erase.{name}", b"", timeout=5)
    except NatsError:
        return {"done": False, "problem": "no answer"}
    if trouble := _trouble(reply):
        return {"done": False, "problem": trouble}
    status = from_json(reply.data)
    row: dict[str, Any] = status["erased"].get(who.key_id, {"done": False})
    return row | ({"problem": status["problem"]} if status["problem"] else {})


async def _plan(home: Home, who: Who, ground: ErasureBasis) -> dict[str, dict[str, Any]]:
    nc = await connect(home)
    try:
        known = [name for name in SERVICES if (await _row(nc, name, who))["done"]]
        if known:
            return {name: await _row(nc, name, who) for name in PROCESSES}
        question: dict[str, Any] = {**who._asdict(), "dry_run": True}
        plan = {DECIDES: await ask(nc, DECIDES, question | {"basis": ground})}
        others = [name for name in SERVICES if name != DECIDES]
        return plan | {name: await _planned(nc, name, question) for name in others}
    finally:
        await nc.close()


async def _planned(nc: Client, name: str, question: dict[str, Any]) -> dict[str, Any]:
    """What a service would erase; one that is away does so before it serves again."""
    try:
        reply = await nc.request(f"erase.{name}", to_json(question), timeout=30)
    except NatsError:
        return {"problem": "no answer"}
    if trouble := _trouble(reply):
        return {"problem": trouble}
    planned: dict[str, Any] = from_json(reply.data)
    return planned


def _trouble(reply: Msg) -> str | None:
    """Why a service cannot answer, if it says so; audit knows no refusal, and names no status."""
    if (reply.headers or {}).get(STATUS_HEADER, str(OK)) == str(OK):
        return None
    told = from_json(reply.data)
    return f"{told['code']}: {told.get('detail') or told['title']}"


async def _find(home: Home, text: str) -> Who:
    found = find(home, text)
    if found is not None:
        return found
    nc = await connect(home)
    try:
        known = (await ask(nc, DECIDES, {}))["erased"]
    finally:
        await nc.close()
    erased = [
        Who(row["person"], row["case"], key_id)
        for key_id, row in known.items()
        if text in (row["person"], row["case"])
    ]
    if not erased:
        fail(
            f"nobody is known as {text!r}: a person, a case, or <district>/<file reference>; who"
            " is erased already, by the id of the person or the case alone"
        )
    return erased[0]


def find(home: Home, text: str) -> Who | None:
    """A person by the id of person or case, or by ``<district>/<file reference>``."""
    named = or_(_PERSON.c.key == text, _PERSON.c.case_id == text, _PERSON.c.person_id == text)
    with reading(home.database_url("intake")) as conn:
        row = conn.execute(select(_PERSON.c.person_id, _PERSON.c.case_id).where(named)).first()
    if row is None or row.person_id is None:
        return None
    keyring = Keyring(home.database_url("keyring"), load_master_key(home.master_key, None))
    try:
        key_id = keyring.key_id_of(row.person_id)
    finally:
        keyring.close()
    return Who(row.person_id, row.case_id, key_id) if key_id else None


def _say(who: Who, rows: dict[str, dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(who._asdict() | {"services": rows}) + "\n")
        return
    columns = ("entries", "rows", "parked", "copies", "done", "problem")
    table = Table("service", *columns, title=f"{who.person}, {who.case}")
    for name, row in rows.items():
        table.add_row(name, *(str(row.get(column, "")) for column in columns))
    Console().print(table)
