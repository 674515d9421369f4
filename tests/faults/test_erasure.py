"""A person with a canary in every field is erased: no byte of it is left anywhere, ever again."""

import asyncio
import json
import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, inspect, text

from services.chassis.keys.master_keys import WrongMasterKey
from services.chassis.store.database import open_database
from services.platform.config import SERVICES
from services.platform.erase import NOT_DONE
from services.platform.folding import check_service
from services.platform.home import Home
from services.platform.promises import gaps
from services.platform.up import Platform
from staffel_contracts.client import Connection
from staffel_contracts.codes import AccessPurpose, ProtectionKind, WithdrawReason
from staffel_contracts.commands.intake import AdmitPerson, RecordAsylumRecognition
from staffel_contracts.commands.jobcenter_bridge import WithdrawHandoff
from tests.support.cli import Ran, clean_environment, staffel
from tests.support.load import SERVED_ON, archived, at_rest, district, running
from tests.support.postgres import Postgres

CANARY, REFERENCE = "Zilpzalp", "50-zilpzalp"
MINE, OTHER = f"12069/{REFERENCE}", "12069/50-other"
JOBCENTER = "jobcenter-12069"
GROUND, ORDERED = ("--ground", "requested"), ("--ground", "court-order")
ALL = tuple(word for name in SERVICES for word in ("--service", name))
RESTORED = ((*SERVICES, "keyring"), ("casework",), ("notify", "intake"))
"""Before the master key is rotated; behind it no old keyring opens."""
Entry = tuple[dict[str, Any], bytes | None]


def admission(reference: str, name: str) -> AdmitPerson:
    return AdmitPerson(
        district="12069",
        file_reference=reference,
        admitted_on=date(2025, 2, 3),
        given_name=f"{name}given",
        family_name=f"{name}family",
        birth_date=date(1971, 12, 7),
        nationality="475",
        language="ar",
        household_ref="h-1",
    )


def recognition(reference: str) -> RecordAsylumRecognition:
    return RecordAsylumRecognition(
        district="12069",
        file_reference=reference,
        protection_kind=ProtectionKind.REFUGEE_S3,
        decided_on=SERVED_ON,
        served_on=SERVED_ON,
        received_on=SERVED_ON,
    )


async def two_persons(platform: Platform) -> None:
    """One with the canary, whose handoff was withdrawn, and another of the same household."""
    async with district(platform.home) as load:
        for reference, name in ((REFERENCE, CANARY), ("50-other", "Muster")):
            await load.connection.send(admission(reference, name), f"{name}/{reference}/admit")
            await load.connection.send(recognition(reference), f"{name}/{reference}/recognise")
        await at_rest(platform)
        await withdraw(load.connection, platform.home)
        await at_rest(platform)
        await archived(platform)


async def withdraw(connection: Connection, home: Home, person: str = MINE) -> None:
    case = case_of(home, person)
    found = await connection.ask(
        "jobcenter_bridge", "handoffs", purpose=AccessPurpose.HANDOFF, case=case
    )
    [handoff] = found["handoffs"]
    command = WithdrawHandoff(
        case=case,
        domain=handoff["domain"],
        handoff_id=handoff["handoff_id"],
        reason_code=next(iter(WithdrawReason)),
    )
    await connection.send(command, f"{CANARY}/{case}/withdraw")


def case_of(home: Home, person: str = MINE) -> str:
    [(case,)] = rows(home, "intake", f"SELECT case_id FROM person WHERE key = '{person}'")
    return str(case)


def rows(home: Home, name: str, query: str) -> list[Any]:
    engine = open_database(home.database_url(name), read_only=True)
    try:
        with engine.connect() as conn:
            return list(conn.execute(text(query)))
    finally:
        engine.dispose()


def entries(home: Home, service: str) -> list[Entry]:
    found = rows(home, service, "SELECT leaf, data FROM entry ORDER BY idx")
    return [
        (json.loads(bytes(leaf)), None if data is None else bytes(data)) for leaf, data in found
    ]


def secrets(home: Home, person: str = MINE) -> list[bytes]:
    """What must be nowhere afterwards: values in the clear, ciphertexts, the wrapped key."""
    [(key_id, wrapped)] = rows(
        home,
        "keyring",
        f"SELECT key_id, wrapped FROM person_key WHERE owner = 'p{case_of(home, person)[1:]}'",
    )
    sealed = [
        data
        for service in SERVICES
        for leaf, data in entries(home, service)
        if leaf.get("sealkey") == key_id and data
    ]
    plain = [CANARY.encode(), REFERENCE.encode()]
    coded = [b64encode(b"x" * n + CANARY.encode())[4 * (n > 0) :][: 8 if n else 10] for n in (0, 3)]
    return [*plain, *coded, *sealed, *(b64encode(one) for one in sealed), bytes(wrapped)]


def found_in(home: Home, wanted: Iterable[bytes]) -> dict[str, int]:
    """In which files of the home, and tables of PostgreSQL, how many of these bytes stand."""
    held = {
        path.relative_to(home.folder).as_posix(): path.read_bytes()
        for path in home.folder.rglob("*")
        if path.is_file()
    }
    if home.config.database:
        for name in (*SERVICES, "keyring"):
            held |= {f"{name}.{table}": data for table, data in tables(home, name).items()}
    needles = [form for one in wanted for form in (one, one.hex().encode())]
    counted = {where: sum(needle in data for needle in needles) for where, data in held.items()}
    return {where: count for where, count in counted.items() if count}


def tables(home: Home, name: str) -> dict[str, bytes]:
    engine = open_database(home.database_url(name), read_only=True)
    try:
        with engine.connect() as conn:
            return {
                table: "\n".join(
                    str(row) for row in conn.scalars(text(f'SELECT t::text FROM "{table}" t'))
                ).encode()
                for table in inspect(conn).get_table_names()
            }
    finally:
        engine.dispose()


def run(home: Home, *words: str) -> Ran:
    environment = clean_environment(home.folder.parent)
    return staffel(*words, "--home", str(home.folder), environment=environment)


async def run_beside(home: Home, *words: str) -> Ran:
    return await asyncio.to_thread(run, home, *words)


def wrong(home: Home) -> list[Any]:
    """What is not as the logs say, in any service."""
    found: list[Any] = [gap for name in SERVICES for gap in gaps(home, name)]
    return found + [(name, one) for name in SERVICES for one in check_service(home, name)[0]]


async def fed(home: Home, agency: str, *, replay: bool = True) -> list[dict[str, Any]]:
    """The feed as the agency's own program gets it: asked for again, or out of its inbox."""
    connection = await Connection.open(home.nats_url, agency, home.config.agency_passwords[agency])
    try:
        size = (await connection.ask("notify", "feed-status"))["head"]
        events: list[dict[str, Any]] = []
        async for entry in connection.feed(replay=replay):
            events.append(entry.event)
            if len(events) == size:
                break
        return events
    finally:
        await connection.close()


def back_up(home: Home, folder: Path) -> None:
    """Copy every database of a running home."""
    folder.mkdir()
    for path in (home.folder / "db").glob("*.sqlite"):
        source, copy = sqlite3.connect(path), sqlite3.connect(folder / path.name)
        source.backup(copy)
        source.close()
        copy.close()


def restore(home: Home, backup: Path, names: Iterable[str]) -> None:
    """Old copies of databases take the place of the new; NATS fills again by itself."""
    shutil.rmtree(home.folder / "nats")
    shutil.rmtree(home.folder / "logs")
    (home.folder / "logs").mkdir()
    for name in names:
        for path in (home.folder / "db").glob(f"{name}.sqlite*"):
            path.unlink()
        shutil.copy(backup / f"{name}.sqlite", home.folder / "db")


async def test_an_erased_person_is_nowhere_and_comes_back_with_no_backup(tmp_path: Path) -> None:
    async with running(tmp_path) as platform:
        home = platform.home
        await two_persons(platform)
        wanted, case = secrets(home), case_of(home)
        before = {name: [leaf for leaf, _ in entries(home, name)] for name in SERVICES}
        other = await fed(home, JOBCENTER)
        places = {where.split(".")[0] for where in found_in(home, wanted)}
        back_up(home, tmp_path / "backup")

        planned = await run_beside(home, "erase", MINE, *GROUND, "--dry-run", "--json")
        assert found_in(home, [CANARY.encode()])
        erased = await run_beside(home, "erase", MINE, *GROUND, "--yes", "--keep-master", "--json")
        await at_rest(platform)
        again = await run_beside(home, "erase", case, *GROUND, "--yes", "--keep-master")
        by_reference = await run_beside(home, "erase", MINE, *GROUND, "--yes", "--keep-master")
        feed, news = await fed(home, JOBCENTER, replay=False), await fed(home, "district-12069")

    # It was everywhere before.
    assert {f"db/{name}" for name in (*SERVICES, "keyring")} <= places
    for part in ("INBOX", "LOG", "archive"):
        assert any(part in where for where in places), part
    # It is nowhere afterwards, and nothing else is.
    assert (planned.code, erased.code, again.code) == (0, 0, 0), erased.err + again.err
    assert (by_reference.code, "is erased already, by the id" in by_reference.err) == (1, True)
    services = erased.json["services"]
    assert all(row["done"] for row in services.values())
    assert all(services[name]["rows"] for name in SERVICES)
    for name in SERVICES:
        assert {key: services[name][key] for key in ("entries", "rows")} == {
            key: planned.json["services"][name][key] for key in ("entries", "rows")
        }, name
    assert services["audit"]["entries"] == sum(services[name]["entries"] for name in SERVICES)
    assert found_in(home, wanted) == {}
    assert wrong(home) == []
    for name in SERVICES:
        assert [leaf for leaf, _ in entries(home, name)][: len(before[name])] == before[name]
    # Feeds are gapless, and whoever received something is told.
    assert [event["feedindex"] for event in feed] == list(range(len(feed)))
    mine = [event for event in feed if event["subject"] == case]
    assert [event["type"] for event in mine if "data" in event] == ["subject-erased.v1"]
    assert [e for e in feed if e["subject"] != case] == [e for e in other if e["subject"] != case]
    told = [e["data"]["erasure_basis"] for e in news if e["type"] == "subject-erased.v1"]
    assert told == ["requested"]

    for names in RESTORED:
        restore(home, tmp_path / "backup", names)
        assert found_in(home, wanted)
        async with Platform(home, log_files=True) as platform:
            await at_rest(platform)
        for name in {*names} & {*SERVICES}:
            said = (home.folder / "logs" / f"{name}.log").read_text()
            assert said.index("erased again") < said.index('"started"'), name
        assert found_in(home, wanted) == {}, names
        assert wrong(home) == []

    assert run(home, "keys", "rotate", "master").code == 0
    restore(home, tmp_path / "backup", ("keyring",))
    with pytest.raises(WrongMasterKey, match="no master key of epoch 0"):
        async with Platform(home, log_files=True):
            pass


async def test_on_postgresql_too_and_a_service_that_was_killed_erases_before_it_serves(
    tmp_path: Path, postgres: Postgres
) -> None:
    with postgres.fresh_database() as url:
        async with running(tmp_path, database=url) as platform:
            home = platform.home
            await two_persons(platform)
            wanted = secrets(home)
            made = await run_beside(home, "backup", "create", "--out", str(tmp_path / "safe"))
            assert made.code == 0, made.err
            assert any(where.startswith("casework.") for where in found_in(home, wanted))
            platform.process("notify").kill()
            early = await run_beside(home, "erase", MINE, "--ground", "retention-over", "--yes")
            assert (early.code, "the case is not closed" in early.err) == (1, True)
            erased = await run_beside(
                home, "erase", MINE, *ORDERED, "--yes", "--within", "1", "--json"
            )

        assert erased.code == NOT_DONE, erased.err
        done = {name: row["done"] for name, row in erased.json["services"].items()}
        assert not done["notify"]
        assert any(where.startswith("notify.") for where in found_in(home, wanted))

        async with Platform(home, log_files=True) as platform:
            again = await run_beside(home, "erase", erased.json["case"], *ORDERED, "--yes")
            await at_rest(platform)

        assert again.code == 0, again.err
        assert found_in(home, wanted) == {}
        assert wrong(home) == []

        lose(home)
        restored = run(home, "restore", "--from", str(tmp_path / "safe"), *ALL)
        assert restored.code == 0, restored.err
        assert found_in(home, wanted) == {}
        async with Platform(home, log_files=True) as platform:
            await at_rest(platform)

        assert found_in(home, wanted) == {}
        assert wrong(home) == []


def lose(home: Home) -> None:
    """The services' databases are gone; keyring, ledger, stream and archive are still there."""
    for name in SERVICES:
        engine = open_database(home.database_url(name))
        with engine.begin() as conn:
            metadata = MetaData()
            metadata.reflect(conn)
            metadata.drop_all(conn)
        engine.dispose()
