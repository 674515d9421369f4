"""What is measured: a service that hears an entry, decides, and says one, about 400 bytes each."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Engine
from sqlmodel import Field, SQLModel

from services.chassis.clock import RealClock
from services.chassis.decider import About, Asked, Heard, Input
from services.chassis.keys.keyring import Keyring, create_keyring
from services.chassis.replacing import replace
from services.chassis.service import Copy, Route, Service, Subject
from services.chassis.store.database import open_database
from services.chassis.store.tables import CHASSIS_TABLES, HeadRow
from services.chassis.work import CommandWork, HeardWire, HeardWork
from services.chassis.writing.desk import Desk
from services.chassis.writing.speaking import Voice
from services.chassis.writing.writer import MAX_BATCH, Writer
from staffel_contracts.command import Command
from staffel_contracts.envelope import Leaf, data_hash, leaf_bytes, wire
from staffel_contracts.fact import Fact, Ref
from staffel_contracts.sealing import bound, seal

CASES = 3_000
TEXT = "x" * 380


class Reported(Fact):
    """What the other log says."""

    text: str


class Noted(Fact):
    """What this service says about it."""

    cause_ref: Ref
    text: str


class NoteRow(SQLModel, table=True):
    """How often a case was heard of."""

    __tablename__ = "bench_note"
    case_id: str = Field(primary_key=True)
    times: int = Field(default=0, sa_column=Column(BigInteger))


class NoteCopyRow(SQLModel, table=True):
    """What the other log said."""

    __tablename__ = "bench_copy"
    case_id: str = Field(primary_key=True)
    person: str | None = None
    entries: int = 0


@dataclass(frozen=True, slots=True)
class NoteCopy:
    """What the other log said."""

    case_id: str
    person: str | None = None
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """How often a case was heard of."""

    case_id: str
    times: int = 0
    copy: NoteCopy | None = None

    @property
    def about(self) -> About:
        """The case; its key is the person's."""
        return About(self.case_id, f"p{self.case_id}", "12069")


class Report(Command):
    """Ask for two facts about a case, as an admission does."""

    NAME: ClassVar[str] = "report"
    case: Ref
    text: str


def decide(_: Note, given: Input, at: datetime) -> list[Fact]:  # noqa: ARG001
    """Say one fact for each entry heard, two for each command."""
    if isinstance(given, Asked):
        report = given.command
        assert isinstance(report, Report)
        return [Noted(cause_ref="a", text=report.text), Noted(cause_ref="b", text=report.text)]
    assert isinstance(given, Heard)
    assert isinstance(given.fact, Reported)
    return [Noted(cause_ref=f"{given.log}/{given.index}", text=given.fact.text)]


def evolve(state: Note, _: Fact) -> Note:
    """Count."""
    return replace(state, times=state.times + 1)


def evolve_copy(copy: NoteCopy, heard: Heard[Any]) -> NoteCopy:
    """Count what was heard."""
    return replace(copy, person=heard.person, entries=copy.entries + 1)


NOTE = Subject(
    name="note",
    state=Note,
    table=NoteRow,
    decide=decide,
    evolve=evolve,
    copies=(Copy("copy", "casework", NoteCopy, NoteCopyRow, evolve_copy),),
)
SERVICE = Service(
    name="jobcenter_bridge",
    asks={Report: Route(NOTE, lambda asked: str(asked.command.case))},
    hears={"casework": {Reported: Route(NOTE, lambda heard: str(heard.case))}},
)


def in_turn(number: int) -> str:
    """The case of an entry: as many as there are, one after the other."""
    return f"c-{number % CASES:032d}"


@dataclass
class Bench:
    """The measured service on a fresh database."""

    engine: Engine
    keyring: Keyring
    writer: Writer
    master: bytes = b""
    case_of: Callable[[int], str] = in_turn

    def heard(self, start: int, count: int) -> list[bytes]:
        """Sealed lines of the other log."""
        cases = [self.case_of(n) for n in range(start, start + count)]
        keys = self.keyring.keys_of({f"p{case}" for case in cases})
        return [_line(n, case, keys[f"p{case}"]) for n, case in enumerate(cases, start)]

    def ask(self, start: int, count: int) -> None:
        """Carry out ``count`` commands, each with a key of its own, in batches."""
        for at in range(start, start + count, MAX_BATCH):
            self.writer.run([_asked(n) for n in range(at, min(at + MAX_BATCH, start + count))])

    def write(self, lines: list[bytes], start: int) -> None:
        """Write lines heard from ``start`` on, in batches."""
        for at in range(0, len(lines), MAX_BATCH):
            part = lines[at : at + MAX_BATCH]
            wires = [HeardWire("casework", start + at + n, line) for n, line in enumerate(part)]
            self.writer.run([HeardWork(wires)])


def _asked(number: int) -> CommandWork:
    command = Report(case=in_turn(number), text=TEXT)
    return CommandWork(command, "district-12069", "district-12069", "system", f"key-{number}")


def _line(index: int, case: str, key: Any) -> bytes:
    entry_id = f"casework/{index}"
    plain = Reported(text=TEXT).model_dump_json().encode()
    associated = bound(entry_id, Reported.TYPE, case, key.key_id)
    sealed = seal(key.key, entry_id, plain, associated)
    leaf = Leaf(
        id=entry_id,
        source="staffel.example/casework",
        type=Reported.TYPE,
        subject=case,
        time="2026-03-02T09:00:00.000000Z",
        validon="2026-03-02",
        index=index,
        district="12069",
        actor="casework",
        actorrole="service",
        cause="intake/1",
        basis="§ 1 Abs. 3 S. 1 AsylbLG",
        sealkey=key.key_id,
        keycommitment=sealed.commitment,
        datahash=data_hash(sealed.data),
    )
    return wire(leaf_bytes(leaf), sealed.data, sealed=True)


@contextmanager
def fresh_bench(url: str, folder: Path) -> Iterator[Bench]:
    """The measured service on an empty database, opened for writing."""
    keyring_url, master = f"sqlite:///{folder}/keyring-{os.urandom(4).hex()}.sqlite", os.urandom(32)
    create_keyring(keyring_url, master)
    engine, keyring = open_database(url), Keyring(keyring_url, master)
    with engine.begin() as conn:
        tables = [t.__table__ for t in (*CHASSIS_TABLES, *SERVICE.tables())]  # type: ignore[attr-defined]
        SQLModel.metadata.create_all(conn, tables=tables)
        head = HeadRow.__table__  # type: ignore[attr-defined]
        conn.execute(head.insert().values(id=1, size=0, epoch=0, frontier=b""))
    desk = Desk(SERVICE, Voice(SERVICE.name, "staffel.example"), keyring)
    bench = Bench(engine, keyring, Writer(desk, engine, RealClock()), master)
    bench.writer.open()
    try:
        yield bench
    finally:
        engine.dispose()
        keyring.close()
