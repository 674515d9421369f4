"""Services on real databases in one process, without a transport: entries are carried by hand."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Engine, select

from services.casework.app import SERVICE as CASEWORK
from services.chassis.access import Caller
from services.chassis.agencies import Agency
from services.chassis.asking.querying import Queries
from services.chassis.clock import SetClock
from services.chassis.folding.comparing import differences
from services.chassis.folding.rebuild import Difference, Fold
from services.chassis.keys.keyring import Keyring, create_keyring
from services.chassis.legal_calendar import start_of_day
from services.chassis.restricting import Restricted
from services.chassis.service import Service
from services.chassis.store.database import open_database
from services.chassis.store.log import LogSource
from services.chassis.store.migrate import migrate
from services.chassis.store.tables import CursorRow, ParkedRow
from services.chassis.work import (
    Answer,
    CommandWork,
    DueWork,
    HeardWire,
    HeardWork,
    Read,
    ReadWork,
    Work,
)
from services.chassis.writing.desk import Desk
from services.chassis.writing.speaking import Voice
from services.chassis.writing.timers import Timers
from services.chassis.writing.writer import Writer
from services.intake.app import SERVICE as INTAKE
from services.jobcenter_bridge.app import SERVICE as BRIDGE
from services.notify.app import SERVICE as NOTIFY
from staffel_contracts.codes import AccessPurpose, AgencyKind, Role, kind_of
from staffel_contracts.command import Command
from tests.support.given import OFFICE_OPENS, day

CURSOR = CursorRow.__table__  # type: ignore[attr-defined]
PARKED = ParkedRow.__table__  # type: ignore[attr-defined]


@dataclass
class Room:
    """One service with its database and its writer."""

    service: Service
    engine: Engine
    writer: Writer
    log: LogSource
    timers: Timers


class House:
    """Services of the platform; what one says is carried to the others at once."""

    def __init__(self, rooms: dict[str, Room], keyring: Keyring, clock: SetClock) -> None:
        """Take the rooms."""
        self.rooms, self.keyring, self.clock = rooms, keyring, clock
        self.restricted = Restricted(clock)
        self._keys = 0

    def ask(self, command: Command, agency: str) -> dict[str, Any]:
        """The answer to a command, after all that follows from it."""
        self._keys += 1
        work = CommandWork(command, agency, agency, "caseworker", f"key-{self._keys}")
        answer: Answer = self._run(self.rooms[command.SERVICE], work)
        self.carry()
        body: dict[str, Any] = from_json(answer.body)
        return body

    def query(self, service: str, name: str, agency: str, **params: Any) -> dict[str, Any]:
        """The answer to a query."""
        room = self.rooms[service]
        kind = kind_of(agency) or AgencyKind.DISTRICT
        who = Agency(id=agency, kind=kind, district=agency[-5:], name="x")
        caller = Caller(who, agency, Role.CASEWORKER, AccessPurpose.CASEWORK)

        def record(read: Read) -> None:
            self._run(room, ReadWork([read]))

        queries = Queries(room.service, room.engine, self.restricted, record)
        answer = queries.answer(name, to_json(params), caller)
        body: dict[str, Any] = from_json(answer.body)
        return body

    def on(self, text: str) -> None:
        """The clock moves to nine o'clock of a day, and deadlines are decided about."""
        moment = start_of_day(day(text)) + OFFICE_OPENS
        while found := min(
            filter(None, (r.timers.next_moment() for r in self.rooms.values())), default=None
        ):
            if found > moment:
                break
            self.clock.set(found)
            for room in self.rooms.values():
                if due := room.timers.pending(found):
                    self._run(room, DueWork(due))
            self.carry()
        self.clock.set(moment)

    def types(self, service: str) -> list[str]:
        """The types of a log's entries, without version."""
        lines = self.rooms[service].log.wires(0, 10_000)
        return [from_json(line)["type"].rpartition(".")[0] for line in lines]

    def rows(self, service: str, table: Any) -> list[dict[str, Any]]:
        """The rows of a table."""
        with self.rooms[service].engine.connect() as conn:
            return [dict(row._mapping) for row in conn.execute(select(table))]  # noqa: SLF001

    def faults(self) -> list[Difference | dict[str, Any]]:
        """What is parked, and what in the tables is not what the logs say."""
        found: list[Difference | dict[str, Any]] = []
        for name, room in self.rooms.items():
            found += self.rows(name, PARKED)
            with room.engine.connect() as conn:
                folded = Fold(room.service, self.keyring).run(conn, self._wires)
                found += differences(room.service, conn, folded)
        return found

    def carry(self) -> None:
        """Each service hears what it has not heard yet, and what follows from that."""
        while any(
            self._hear(room, log) for room in self.rooms.values() for log in room.service.hears
        ):
            pass

    def _hear(self, room: Room, log: str) -> bool:
        with room.engine.connect() as conn:
            start = conn.scalar(select(CURSOR.c.next).where(CURSOR.c.log == log)) or 0
        lines = self._wires(log, start, 1000)
        if lines:
            wires = [HeardWire(log, start + n, line) for n, line in enumerate(lines)]
            self._run(room, HeardWork(wires))
        return bool(lines)

    def _wires(self, log: str, start: int, limit: int) -> list[bytes]:
        return self.rooms[log].log.wires(start, limit)

    def _run(self, room: Room, work: Work) -> Any:
        outcomes: list[Any] = []
        work.settle = outcomes.append
        room.writer.run([work])
        if isinstance(outcomes[0], Exception):
            raise outcomes[0]
        return outcomes[0]


@contextmanager
def new_house(
    urls: dict[str, str], folder: Path, today: str, keyring_url: str = "", master: bytes = b""
) -> Iterator[House]:
    """These services on fresh databases, as their migrations make them."""
    keyring_url = keyring_url or f"sqlite:///{folder}/keyring.sqlite"
    master = master or os.urandom(32)
    create_keyring(keyring_url, master)
    keyring, clock = Keyring(keyring_url, master), SetClock(start_of_day(day(today)) + OFFICE_OPENS)
    services = {service.name: service for service in (INTAKE, CASEWORK, BRIDGE, NOTIFY)}
    rooms = {name: open_room(services[name], url, keyring, clock) for name, url in urls.items()}
    try:
        yield House(rooms, keyring, clock)
    finally:
        for room in rooms.values():
            room.engine.dispose()
        keyring.close()


def open_room(service: Service, url: str, keyring: Keyring, clock: SetClock) -> Room:
    """One service on its database, which is made where it is missing."""
    migrate(service.name, url)
    engine = open_database(url)
    writer = Writer(Desk(service, Voice(service.name, "test"), keyring), engine, clock)
    writer.open()

    async def nobody(_: DueWork) -> None:
        """Deadlines are run by hand."""

    return Room(service, engine, writer, LogSource(engine), Timers(engine, clock, nobody))
