"""A service comes back from nothing: its log, tables, deadlines and answers from the archive."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from sqlalchemy import Engine, Table, select

from services.audit.archive import Archive
from services.chassis.folding.comparing import differences
from services.chassis.folding.rebuild import Fold, folded_tables, write_anew
from services.chassis.folding.refill import Lost, NotEmpty, Refilled, refill
from services.chassis.service import Service
from services.chassis.store.database import open_database
from services.chassis.store.log import ENTRY, HEAD
from services.chassis.store.migrate import migrate
from services.chassis.transport.lane import log_lane, say
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from services.chassis.work import Answer, CommandWork
from services.platform.refilling import stream_tail
from staffel_contracts.codes import ProtectionKind
from staffel_contracts.command import Command
from staffel_contracts.commands.intake import AdmitPerson, RecordAsylumRecognition
from tests.support.entries import SENDER
from tests.support.given import day
from tests.support.house import House, Room, new_house, open_room
from tests.support.nats import HEARS, connect, server_in
from tests.support.postgres import Postgres
from tests.support.wires import make_wires

NAMES = ("intake", "casework", "jobcenter_bridge")
PERSON: dict[str, Any] = {"district": "12069", "file_reference": "50-4711"}
ADMISSION = AdmitPerson(
    **PERSON,
    admitted_on=day("2024-09-02"),
    given_name="Samira",
    family_name="Beispiel",
    birth_date=day("1994-05-17"),
    nationality="475",
    language="ar",
)


@pytest.fixture
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Databases for three services and, empty, for those that come after them."""
    names = [*NAMES, *(f"{name}2" for name in NAMES)]
    found = {name: f"sqlite:///{tmp_path / name}.db" for name in names}
    with ExitStack() as stack:
        for name in getattr(request, "param", ()):
            postgres: Postgres = request.getfixturevalue("postgres")
            found[name] = stack.enter_context(postgres.fresh_database())
        yield found


@pytest.fixture
def house(urls: dict[str, str], tmp_path: Path) -> Iterator[House]:
    """A person was admitted, recognised, and is on the way to the jobcenter; it is June 2025."""
    with new_house({name: urls[name] for name in NAMES}, tmp_path, "2024-09-02") as house:
        house.ask(ADMISSION, SENDER)
        house.on("2025-03-21")
        recognition = RecordAsylumRecognition(
            **PERSON,
            protection_kind=ProtectionKind.REFUGEE_S3,
            decided_on=day("2025-03-17"),
            served_on=day("2025-03-20"),
            received_on=day("2025-03-21"),
        )
        house.ask(recognition, SENDER)
        house.on("2025-06-01")
        yield house


@pytest.fixture
def archive(house: House, tmp_path: Path) -> Archive:
    """All three logs, archived."""
    archive = Archive(tmp_path / "archive")
    for name, room in house.rooms.items():
        archive.log(name).append(room.log.wires(0, 10_000))
    return archive


def again(house: House, archive: Archive, name: str, url: str) -> Room:
    """The service on an empty database, filled from the archive, as it starts then."""
    service = house.rooms[name].service
    migrate(name, url)
    engine = open_database(url)
    fill(service, engine, house, archive)
    engine.dispose()
    return open_room(service, url, house.keyring, house.clock)


def fill(service: Service, engine: Engine, house: House, archive: Archive) -> Refilled:
    with engine.begin() as conn:
        refilled = refill(service, conn, archive.wires, archive.size(service.name))
        write_anew(service, conn, Fold(service, house.keyring).run(conn, archive.wires))
    return refilled


def rows(engine: Engine, table: Table) -> dict[Any, dict[str, Any]]:
    (key,) = table.primary_key.columns
    with engine.connect() as conn:
        found = [dict(row._mapping) for row in conn.execute(select(table))]  # noqa: SLF001
    return {row[key.name]: row for row in found}


@pytest.mark.parametrize(
    ("urls", "name"),
    [((), name) for name in NAMES] + [(("jobcenter_bridge2",), "jobcenter_bridge")],
    ids=[*(f"{name} on SQLite" for name in NAMES), "jobcenter_bridge on PostgreSQL"],
    indirect=["urls"],
)
def test_a_service_that_lost_its_database_is_as_it_was(
    house: House, archive: Archive, urls: dict[str, str], name: str
) -> None:
    room = again(house, archive, name, urls[f"{name}2"])

    lost, house.rooms[name] = house.rooms[name], room
    with room.engine.connect() as conn:
        folded = Fold(room.service, house.keyring).run(conn, archive.wires)
        assert list(differences(room.service, conn, folded)) == []
    house.carry()
    for table in [*folded_tables(room.service), ENTRY]:
        assert rows(room.engine, table) == rows(lost.engine, table), table.name
    for column in ("size", "frontier"):
        assert rows(room.engine, HEAD)[1][column] == rows(lost.engine, HEAD)[1][column]
    assert house.faults() == []
    room.engine.dispose()


def ask(room: Room, command: Command, key: str) -> Answer:
    answers: list[Answer] = []
    room.writer.run([CommandWork(command, SENDER, SENDER, "caseworker", key, answers.append)])
    return answers[0]


def test_a_command_that_comes_again_afterwards_is_not_carried_out_again(
    house: House, archive: Archive, urls: dict[str, str]
) -> None:
    before = ask(house.rooms["intake"], ADMISSION, "key-1")
    room = again(house, archive, "intake", urls["intake2"])
    size = room.log.size()

    answer = ask(room, ADMISSION, "key-1")

    assert answer.repeated
    assert answer.body == before.body
    assert room.log.size() == size
    new = ask(room, ADMISSION.model_copy(update={"file_reference": "50-9"}), "key-77")
    assert (new.status, new.repeated) == (200, False)
    assert ask(room, ADMISSION.model_copy(update={"file_reference": "50-9"}), "key-77").repeated
    room.engine.dispose()


def test_a_database_that_holds_a_log_is_left_as_it_is(house: House, archive: Archive) -> None:
    room = house.rooms["casework"]
    before = rows(room.engine, ENTRY)

    with pytest.raises(NotEmpty):
        fill(room.service, room.engine, house, archive)

    assert rows(room.engine, ENTRY) == before


@pytest.mark.parametrize("harm", ["cut", "swapped", "broken"])
def test_a_log_that_is_not_whole_fills_nothing(
    house: House, urls: dict[str, str], archive: Archive, harm: str
) -> None:
    migrate("casework", urls["casework2"])
    engine = open_database(urls["casework2"])
    lines = archive.wires("casework", 0, 100)
    harmed = {
        "cut": lines[:-1],
        "swapped": [lines[1], lines[0], *lines[2:]],
        "broken": [*lines[:-1], lines[-1][:-9]],
    }[harm]

    with pytest.raises(Lost, match="casework/"), engine.begin() as conn:
        refill(
            house.rooms["casework"].service,
            conn,
            lambda _, start, limit: harmed[start : start + limit],
            len(lines),
        )

    assert rows(engine, ENTRY) == {}
    engine.dispose()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    with server_in(tmp_path) as running:
        yield running


async def carry(nc: Client) -> list[bytes]:
    """Two logs in the stream, in turns; gives that of casework."""
    await provision(nc, HEARS)
    wires, after = make_wires("casework", 0, 40), {"casework": 0, "intake": 0}
    for start in range(0, 40, 8):
        for log, last in after.items():
            lines = make_wires(log, start, start + 8)
            after[log] = await say(nc, log_lane(log), lines, last)
    return wires


@pytest.mark.parametrize("archived", [0, 1, 17, 39, 40])
async def test_what_is_not_archived_yet_comes_from_the_stream(
    server: NatsServer, archived: int
) -> None:
    nc = await connect(server, "ops")
    wires = await carry(nc)

    tail = await stream_tail(nc, "casework", archived)
    nobody = await stream_tail(nc, "notify", 0)
    await nc.close()

    assert tail == wires[archived:]
    assert nobody == []


async def test_entries_neither_archived_nor_carried_are_named(server: NatsServer) -> None:
    nc = await connect(server, "ops")
    await provision(nc, HEARS)
    await say(nc, log_lane("casework"), make_wires("casework", 5, 8), 0)

    with pytest.raises(Lost, match="casework/3 is neither archived nor carried"):
        await stream_tail(nc, "casework", 3)

    await nc.close()
