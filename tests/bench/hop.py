"""A whole hop: read from the stream, decide, seal, commit, relay; ours and the usual way."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

from faststream import AckPolicy, Context
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.message import NatsMessage
from nats.aio.client import Client
from nats.js.api import StreamConfig
from sqlalchemy import Engine
from sqlmodel import Field, Session, SQLModel, create_engine

from services.chassis.asking.asking import Counter
from services.chassis.store.log import LogSource, Stored
from services.chassis.transport.lane import log_lane
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from services.chassis.transport.reader import Reader
from services.chassis.transport.relay import Relay
from services.chassis.work import HeardWire, HeardWork
from tests.bench.load import TEXT, Bench, fresh_bench
from tests.support.nats import connect, server_in
from tests.support.until import until
from tests.support.wires import ListSource


def hop(url: str, folder: Path, entries: int) -> float:
    """Entries a second through one service: from ``LOG`` through its log back into ``LOG``."""
    with server_in(folder) as server, fresh_bench(url, folder) as bench:
        return asyncio.run(_hop(server, bench, entries))


async def _hop(server: NatsServer, bench: Bench, entries: int) -> float:
    nc = await connect(server, "ops")
    await provision(nc, {"jobcenter_bridge": ["casework"]})
    await _fill(nc, bench, entries)
    service = _Running(server, bench)
    start = perf_counter()
    await service.start()
    await until(lambda: service.relay.position == entries, seconds=300)
    seconds = perf_counter() - start
    await service.stop()
    await nc.close()
    return entries / seconds


async def _fill(nc: Client, bench: Bench, entries: int) -> None:
    source = ListSource(bench.heard(0, entries))
    relay = Relay(nc, log_lane("casework"), source)
    task = asyncio.create_task(relay.run())
    await until(lambda: relay.position == entries, seconds=120)
    task.cancel()


class _Running:
    """Reader, writer and relay of the measured service, in one process as in a real one."""

    def __init__(self, server: NatsServer, bench: Bench) -> None:
        self._bench = bench
        self._broker = NatsBroker(server.url("jobcenter_bridge"), logger=None, graceful_timeout=1)
        self._reader = Reader(
            self._broker, "jobcenter_bridge", ["casework"], {"casework": 0}, self._accept
        )

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        await self._broker.start()
        nc = self._broker.connection
        self.relay = Relay(nc, log_lane("jobcenter_bridge"), LogSource(self._bench.engine))
        self._counter = Counter(self._bench.writer.submit, loop)
        self._bench.writer._committed = (self._committed,)  # noqa: SLF001 - wired as the app does
        self._bench.writer.start()
        await self._reader.start()
        self._task = asyncio.create_task(self.relay.run())

    async def stop(self) -> None:
        self._task.cancel()
        await self._reader.stop()
        await self._broker.stop()
        await asyncio.to_thread(self._bench.writer.stop)

    async def _accept(self, wires: list[HeardWire]) -> None:
        await self._counter.ask(HeardWork(wires))

    def _committed(self, entries: Sequence[Stored], _: Any) -> None:
        if entries:
            self.relay.offer(entries[0].index, [entry.wire() for entry in entries])


class UsualRow(SQLModel, table=True):
    """A state as most would keep it."""

    __tablename__ = "usual_state"
    case_id: str = Field(primary_key=True)
    times: int = 0


class UsualInbox(SQLModel, table=True):
    """Messages seen, against duplicates."""

    __tablename__ = "usual_inbox"
    message_id: int = Field(primary_key=True)


class UsualOutbox(SQLModel, table=True):
    """Messages to publish."""

    __tablename__ = "usual_outbox"
    message_id: int = Field(primary_key=True)
    body: str
    published: bool = False


def usual(url: str, folder: Path, entries: int) -> float:
    """The way most would build it: one message, one SQLModel transaction, one publish.

    The transaction holds inbox, state and outbox; a second one marks what was published.
    """
    with server_in(folder) as server:
        return asyncio.run(_usual(server, url, entries))


async def _usual(server: NatsServer, url: str, entries: int) -> float:
    engine = create_engine(url)
    rows: tuple[type[Any], ...] = (UsualRow, UsualInbox, UsualOutbox)
    tables = [row.__table__ for row in rows]
    SQLModel.metadata.create_all(engine, tables=tables)
    nc = await connect(server, "ops")
    js = nc.jetstream()
    await js.add_stream(StreamConfig(name="IN", subjects=["usual.in"]))
    await js.add_stream(StreamConfig(name="OUT", subjects=["usual.out"]))
    broker = NatsBroker(server.url("ops"), logger=None)
    done = 0

    @broker.subscriber(
        "usual.in",
        stream=JStream("IN", declare=False),
        durable="usual",
        pull_sub=PullSub(batch_size=1, timeout=1),
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    async def handle(body: dict[str, Any], _: Annotated[NatsMessage, Context("message")]) -> None:
        nonlocal done
        _transaction(engine, body)
        await broker.publish(body, "usual.out", stream="OUT", timeout=5)
        with Session(engine) as session:
            session.get_one(UsualOutbox, body["id"]).published = True
            session.commit()
        done += 1

    for n in range(entries):
        await js.publish("usual.in", b'{"id":%d,"case":"c-%d","text":"%s"}' % (n, n, TEXT.encode()))
    start = perf_counter()
    await broker.start()
    await until(lambda: done == entries, seconds=120)
    seconds = perf_counter() - start
    await broker.stop()
    await nc.close()
    engine.dispose()
    return entries / seconds


def _transaction(engine: Engine, body: dict[str, Any]) -> None:
    with Session(engine) as session:
        if session.get(UsualInbox, body["id"]):
            return
        session.add(UsualInbox(message_id=body["id"]))
        row = session.get(UsualRow, body["case"]) or UsualRow(case_id=body["case"])
        row.times += 1
        session.add(row)
        session.add(UsualOutbox(message_id=body["id"], body=body["text"]))
        session.commit()
