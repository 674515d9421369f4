"""A writer for the toy service on real databases, and what tests ask of its log."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Engine, event, select

from services.chassis.clock import SetClock
from services.chassis.folding.comparing import differences
from services.chassis.folding.rebuild import Difference, Fold
from services.chassis.keys.keyring import Keyring, create_keyring
from services.chassis.store.database import open_database
from services.chassis.store.log import LogSource
from services.chassis.store.tables import ParkedRow
from services.chassis.work import Answer, CommandWork, HeardWire, HeardWork, Work
from services.chassis.writing.desk import Desk
from services.chassis.writing.speaking import Voice
from services.chassis.writing.writer import Writer
from staffel_contracts.command import Command
from staffel_contracts.envelope import Leaf, data_hash, leaf_bytes, wire
from staffel_contracts.sealing import bound, seal
from tests.support.toy import TOY, Rumoured, Visit, create_tables

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PARKED = ParkedRow.__table__  # type: ignore[attr-defined]


@dataclass
class Toy:
    """The toy service's writer and everything around it."""

    url: str
    keyring_url: str
    master: bytes
    engine: Engine
    keyring: Keyring
    clock: SetClock
    writer: Writer
    bugs: list[tuple[str, str, str]] = field(default_factory=list)

    def run(self, *works: Work) -> list[Any]:
        """Run works as one batch; gives their outcomes."""
        outcomes: dict[int, Any] = {}
        for work in works:
            work.settle = lambda outcome, work=work: outcomes.__setitem__(id(work), outcome)  # type: ignore[misc]
        self.writer.run(list(works))
        return [outcomes[id(work)] for work in works]

    def visit(self, place: str, by: str = "v1", key: str = "") -> CommandWork:
        """A command to visit a place."""
        return ask(Visit(place=place, by=by), key or f"{place}-{by}")

    def entries(self) -> list[dict[str, Any]]:
        """All entries of the log as JSON objects."""
        return [from_json(line) for line in LogSource(self.engine).wires(0, 100_000)]

    def rows(self, table: Any) -> list[dict[str, Any]]:
        """All rows of a table."""
        with self.engine.connect() as conn:
            return [dict(row._mapping) for row in conn.execute(select(table))]  # noqa: SLF001

    def parked(self) -> dict[str, str]:
        """Status by id of what is parked."""
        return {row["id"]: row["status"] for row in self.rows(PARKED)}

    def differences(self, gossip: list[bytes] | None = None) -> list[Difference]:
        """What differs between the tables and the logs."""
        lines = gossip or []
        with self.engine.connect() as conn:
            folded = Fold(TOY, self.keyring).run(
                conn, lambda _, start, limit: lines[start : start + limit]
            )
            return list(differences(TOY, conn, folded))

    def again(self) -> "Toy":
        """The same service after a restart."""
        self.close()
        return open_toy(self.url, self.keyring_url, self.master, self.clock)

    def gossip(self, index: int, place: str, words: int = 1) -> bytes:
        """An entry of another service's log about a place."""
        owner = f"p-{place}"
        key_id, key, _ = self.keyring.keys_of([owner])[owner]
        entry_id = f"gossip/{index}"
        plain = Rumoured(words=words).model_dump_json().encode()
        sealed = seal(key, entry_id, plain, bound(entry_id, Rumoured.TYPE, place, key_id))
        return line(index, place, sealed.data, key_id, sealed.commitment)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()
        self.keyring.close()


def ask(command: Command, key: str, agency: str = "district-12069") -> CommandWork:
    """A command of an agency under a key."""
    return CommandWork(command, agency, agency, "clerk", key)


def hear(*lines: bytes, start: int = 0) -> HeardWork:
    """Entries heard from index ``start`` on."""
    return HeardWork([HeardWire("gossip", start + n, line) for n, line in enumerate(lines)])


def line(index: int, place: str, data: bytes, key_id: str | None, commitment: str | None) -> bytes:
    """A line of the log ``gossip``."""
    leaf = Leaf(
        id=f"gossip/{index}",
        source="test/gossip",
        type=Rumoured.TYPE,
        subject=place,
        time="2026-03-02T09:00:00.000000Z",
        validon=None,
        index=index,
        district="12069",
        actor="gossip",
        actorrole="service",
        cause="test",
        basis="",
        sealkey=key_id,
        keycommitment=commitment,
        datahash=data_hash(data),
    )
    return wire(leaf_bytes(leaf), data, sealed=key_id is not None)


def body(answer: Answer) -> Any:
    """An answer's JSON."""
    return from_json(answer.body)


@contextmanager
def few_parameters(engine: Engine) -> Iterator[None]:
    """Let a statement take as few parameters as everywhere; Debian's SQLite takes 250,000."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "checkout", _take_few)
        yield
        event.remove(engine, "checkout", _take_few)
    else:
        yield


def _take_few(connection: sqlite3.Connection, *_: Any) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)


@contextmanager
def new_toy(url: str, folder: Path) -> Iterator[Toy]:
    """A new toy service on a fresh database."""
    keyring_url, master = f"sqlite:///{folder}/keyring.sqlite", os.urandom(32)
    create_keyring(keyring_url, master)
    engine = open_database(url)
    create_tables(engine)
    engine.dispose()
    toy = open_toy(url, keyring_url, master, SetClock(START))
    try:
        yield toy
    finally:
        toy.close()


def open_toy(url: str, keyring_url: str, master: bytes, clock: SetClock) -> Toy:
    """The toy service on a database that is there."""
    engine, keyring = open_database(url), Keyring(keyring_url, master)
    desk = Desk(TOY, Voice("toy", "test"), keyring)
    toy = Toy(url, keyring_url, master, engine, keyring, clock, Writer(desk, engine, clock))
    desk.bug = lambda *bug: toy.bugs.append(bug)
    try:
        toy.writer.open()
    except BaseException:
        toy.close()
        raise
    return toy
