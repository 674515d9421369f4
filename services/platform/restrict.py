"""``staffel restrict PERSON``: a person's data is only stored for a time, and shown to nobody."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import uuid4

import httpx
import typer
from sqlalchemy import Table, select

from services.casework.api import load
from services.casework.retaining import restrictions
from services.casework.tables import PersonCopyRow
from services.chassis.legal_calendar import legal_date
from services.chassis.store.database import reading
from services.platform.erase import DECIDES, PersonArgument, Who, find
from services.platform.home import Home
from services.platform.options import DEFAULT_HOME, HomeOption, fail, load_home, plain_errors
from services.platform.up import refuse_absent
from staffel_contracts.client import Connection, Refusal
from staffel_contracts.codes import RestrictionReason
from staffel_contracts.commands.casework import AnnounceRestrictionEnd, RestrictProcessing

_PERSON: Table = PersonCopyRow.__table__  # type: ignore[attr-defined]
_DAY = "%Y-%m-%d"
Wish = RestrictProcessing | AnnounceRestrictionEnd


def restrict(  # noqa: PLR0917 - options of the command line
    person: PersonArgument,
    reason: Annotated[RestrictionReason, typer.Option(help="Why; see Art. 18 Abs. 1 DSGVO.")],
    home: HomeOption = DEFAULT_HOME,
    until: Annotated[
        datetime | None, typer.Option(formats=[_DAY], help="The last day; open without it.")
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="The restriction is over.")] = False,
    announce: Annotated[
        datetime | None,
        typer.Option(formats=[_DAY], help="Only tell the person, by a letter, the last day."),
    ] = None,
    informed_on: Annotated[
        datetime | None,
        typer.Option(formats=[_DAY], help="When the person was told that it ends."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Only store a person's data: queries and sheets are refused, nothing is deleted.

    Each reason stands by itself: --lift ends the one that is named, and the data is shown again
    once none is left. The person is told before (Art. 18 Abs. 3 DSGVO): --announce has a letter
    written, which the district hands over, and --lift says with --informed-on when that was.
    Recorded as the district's own decision. Exit code 1 if refused, or if there is nothing to lift.
    """
    if lift and until:
        fail("--lift ends it today: without --until")
    if announce and (lift or until or informed_on):
        fail("--announce lifts nothing yet: without --lift, --until and --informed-on")
    if lift and not informed_on:
        fail(
            "--lift: tell the person before (Art. 18 Abs. 3 DSGVO). --announce DAY has a letter "
            "written; once it was handed over, --lift --informed-on DAY"
        )
    place = load_home(home)
    with plain_errors():
        who = find(place, person)
        if who is None:
            fail(f"nobody is known as {person!r}: a person, a case, or <district>/<file reference>")
        today = today_of(place)
        if until and until.date() < today:
            fail(f"--until: {until.date()} is over, so nothing would be restricted; --lift ends it")
        end = today - timedelta(days=1) if lift else (until.date() if until else None)
        wish: Wish = _wish(who, today, reason, end, informed_on)
        told = _lifted(place, who, reason, today) if lift else _stored(reason, end)
        if announce:
            told, wish = _announced(who, reason, today, announce.date())
        if dry_run:
            typer.echo(f"would be {who.person}: {told}")
            return
        asyncio.run(_send(place, who, wish))
    typer.echo(f"{who.person}: {told}")


def _announced(
    who: Who, reason: RestrictionReason, today: date, ends_on: date
) -> tuple[str, AnnounceRestrictionEnd]:
    told = f"only stored ({reason}), a letter waits that tells of its end on {ends_on.isoformat()}"
    return told, AnnounceRestrictionEnd(
        case=who.case, reason_code=reason, announced_on=today, ends_on=ends_on
    )


def _stored(reason: RestrictionReason, end: date | None) -> str:
    return f"only stored ({reason})" + (f", until {end.isoformat()}" if end else "")


def _lifted(home: Home, who: Who, reason: RestrictionReason, today: date) -> str:
    """What lifting this reason leads to; ends the verb where it does not stand."""
    with reading(home.database_url(DECIDES)) as conn:
        known = restrictions(load(conn, who.case))
    standing = sorted(code for code, one in known.items() if today <= one.until)
    if reason not in standing:
        others = f", but of {', '.join(standing)}" if standing else ""
        fail(f"{who.person} is not restricted because of {reason}{others}")
    left = [code for code in standing if code != reason]
    return f"still only stored ({', '.join(left)})" if left else "shown again"


def _wish(
    who: Who,
    today: date,
    reason: RestrictionReason,
    end: date | None,
    informed_on: datetime | None,
) -> RestrictProcessing:
    return RestrictProcessing(
        case=who.case,
        restricted_on=today,
        reason_code=reason,
        until=end,
        informed_on=informed_on and informed_on.date(),
    )


async def _send(home: Home, who: Who, wish: Wish) -> None:
    agency = _district(home, who)
    password = home.config.agency_passwords.get(agency)
    if password is None:
        fail(f"the home knows no password of {agency}")
    connection = await Connection.open(home.nats_url, agency, password)
    try:
        await connection.send(wish, f"restrict/{uuid4().hex}")
    except Refusal as refusal:
        fail(f"{DECIDES} refuses: {refusal}")
    finally:
        await connection.close()


def _district(home: Home, who: Who) -> str:
    with reading(home.database_url(DECIDES)) as conn:
        query = select(_PERSON.c.agency).where(_PERSON.c.case_id == who.case)
        return conn.scalar(query) or ""


def today_of(home: Home) -> date:
    """The day by the clock of the platform.

    Raises:
        NotUp: no platform runs on this home.
    """
    refuse_absent(home)
    operator = {"Authorization": f"Bearer {home.config.service_passwords[DECIDES]}"}
    try:
        url = f"{home.http_url(DECIDES)}/status"
        answer = httpx.get(url, headers=operator, timeout=10, trust_env=False)
        status = answer.raise_for_status().json()
    except httpx.HTTPError as error:
        fail(f"{DECIDES} does not answer: {type(error).__name__}")
    return legal_date(datetime.fromisoformat(status["now"]))
