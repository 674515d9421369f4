"""Who rewrites a log is found out, with every key of the platform in his hands."""

import asyncio
import json
import shutil
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.audit.app import App as Audit
from services.audit.archive import Archive
from services.audit.auditor import Auditor
from services.audit.findings import Code
from services.audit.settings import AuditSettings
from services.chassis.app import App
from services.chassis.keys.keyring import create_keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.settings import Settings
from services.chassis.store.database import open_database
from services.chassis.store.log import ENTRY, HEAD
from services.chassis.store.migrate import migrate
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from services.chassis.work import CommandWork
from services.intake.app import SERVICE as INTAKE
from services.platform.connecting import connect_as
from services.platform.home import Home
from services.platform.invented import DISTRICT
from services.platform.up import take_lock
from staffel_contracts.audit.verify import verify_bundle
from staffel_contracts.commands.intake import AdmitPerson
from staffel_contracts.tlog.keys import read_skey
from staffel_contracts.tlog.policy import read_policy
from staffel_contracts.tlog.tree import Frontier
from staffel_contracts.tlog.witness import Witness, create_witness
from staffel_contracts.tlog.witness_http import serve
from tests.support.cli import staffel
from tests.support.given import day
from tests.support.until import until

AGENCY = f"district-{DISTRICT}"
REWRITTEN = 2


def settings_of(home: Home, process: str) -> dict[str, Any]:
    given = home.environment(process).items()
    return {k.removeprefix("STAFFEL_").lower(): v for k, v in given if k.startswith("STAFFEL_")}


@asynccontextmanager
async def ended(process: App | Audit) -> AsyncIterator[None]:
    """A process that runs meanwhile, and is stopped as by SIGTERM."""
    task = asyncio.create_task(process.run())
    try:
        yield
    finally:
        process.stopping.set()
        await task


@asynccontextmanager
async def platform(home: Home) -> AsyncIterator[tuple[App, Auditor]]:
    """Intake and audit, as after a start."""
    runtime = App(INTAKE, Settings(**settings_of(home, "intake")))
    auditor = Audit(AuditSettings(**settings_of(home, "audit"), keep_seconds=0.05))
    async with ended(runtime), ended(auditor):
        await until(lambda: runtime.checkpoints is not None and bool(auditor.followers))
        yield runtime, auditor


async def admit(runtime: App, count: int) -> None:
    for number in range(count):
        command = AdmitPerson(
            district=DISTRICT,
            file_reference=f"50-{number}",
            admitted_on=day("2024-09-02"),
            given_name="Samira",
            family_name="Beispiel",
            birth_date=day("1994-05-17"),
            nationality="475",
            language="ar",
        )
        answer = await runtime.counter.ask(
            CommandWork(command, AGENCY, AGENCY, "caseworker", f"key-{number}")
        )
        assert answer.status == 200, answer.body


def rewrite(home: Home) -> None:
    """What an operator can do: change an entry and compute the tree anew."""
    engine = open_database(home.database_url("intake"))
    with engine.begin() as conn:
        leaf = bytes(conn.scalar(select(ENTRY.c.leaf).where(ENTRY.c.idx == REWRITTEN)) or b"")
        forged = leaf.replace(b'"actorrole":"caseworker"', b'"actorrole":"immigrationer"')
        assert forged != leaf
        conn.execute(ENTRY.update().where(ENTRY.c.idx == REWRITTEN).values(leaf=forged))
        frontier = Frontier()
        for (one,) in conn.execute(select(ENTRY.c.leaf).order_by(ENTRY.c.idx)):
            frontier.append(bytes(one))
        conn.execute(HEAD.update().values(frontier=frontier.to_bytes()))
    engine.dispose()


def lose_database(home: Home) -> None:
    for file in (home.folder / "db").glob("intake.sqlite*"):
        file.unlink()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home with NATS and intake's database, whose policy wants a witness elsewhere."""
    home = Home.create(tmp_path / "home", passing=True)
    create_keyring(home.database_url("keyring"), load_master_key(home.folder / "master.key", None))
    migrate("intake", home.database_url("intake"))
    with witnessed(home, tmp_path / "witness"):
        server = NatsServer(
            home.folder / "nats", home.config.accounts(), port=home.config.nats_port
        )
        server.start()
        yield home
        server.stop()


@contextmanager
def witnessed(home: Home, folder: Path) -> Iterator[None]:
    """A witness of intake's log that is not in the operator's hands, and is in the policy."""
    log = read_skey(home.log_key("intake").read_text()).verifier
    key = create_witness(folder, "auditor.example", [log])
    witness = Witness(folder, lambda: int(time.time()))
    server = serve(witness, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    home.policy.write_text(
        f"log {log.text()}\nwitness auditor {key.text()} {url}\nquorum auditor\n"
    )
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield
    server.shutdown()
    server.server_close()
    witness.close()


def codes(auditor: Auditor) -> set[Code]:
    return {found.code for found in auditor.findings.open.values()}


def cosigned(auditor: Auditor) -> bytes | None:
    """The newest checkpoint, if the witness cosigned it and it is of the whole log."""
    kept = auditor.archive.log("intake").last_checkpoint()
    if kept is None or kept.size != auditor.followers["intake"].size or not kept.size:
        return None
    return kept.note if b"auditor.example" in kept.note else None


def said(home: Home, *words: str, code: int = 0) -> str:
    """What our command says, run on the home; it must end with ``code``."""
    ran = staffel(*words, "--home", str(home.folder))
    assert ran.code == code, ran.out + ran.err
    return ran.out


async def test_an_operator_who_rewrites_an_entry_is_found_out(home: Home, tmp_path: Path) -> None:
    old, trust = tmp_path / "kept-by-the-auditor", home.policy.read_bytes()
    nc = await connect_as(home, "ops")
    await provision(nc, {"intake": []})
    await nc.close()
    async with platform(home) as (runtime, auditor):
        await admit(runtime, 3)
        await until(lambda: cosigned(auditor) is not None)
        old.write_bytes(cosigned(auditor) or b"")
        await until(lambda: auditor.eraser.problem is None)
        assert await auditor.reasons() == []
        size = runtime.writer.head.size

    rewrite(home)

    # The archive has what was there before.
    async with platform(home) as (_, auditor):
        await until(lambda: codes(auditor) == {Code.FORK, Code.ENTRY_CHANGED})
        changed = next(f for f in auditor.findings.open.values() if f.code is Code.ENTRY_CHANGED)
        assert (changed.log, changed.index) == ("intake", REWRITTEN)

    # Without the archive, the witness remembers, and so does whoever kept one checkpoint.
    shutil.move(home.archive, tmp_path / "archive of before")
    async with platform(home) as (_, auditor):
        await until(lambda: codes(auditor) == {Code.WITNESS_CONTRADICTS, Code.QUORUM_MISSING})
    forged = tmp_path / "forged.bundle"
    said(home, "audit", "export", "--out", str(forged))
    report = verify_bundle(forged, trust=trust, since=[old])
    assert not report.holds
    assert verify_bundle(forged, trust=without_witness(trust)).holds
    assert not verify_bundle(forged, trust=without_witness(trust), since=[old]).holds

    # The archive brings the log back as it was.
    shutil.rmtree(home.archive)
    shutil.move(tmp_path / "archive of before", home.archive)
    lose_database(home)
    said(home, "rebuild", "intake", "--from-archive")
    said(home, "rebuild", "intake", "--check")
    async with platform(home) as (runtime, auditor):
        await until(lambda: auditor.followers["intake"].compared == size)
        assert codes(auditor) == {Code.FORK, Code.ENTRY_CHANGED}
        await settle(home, list(auditor.findings.open))
        await until(lambda: auditor.eraser.problem is None)  # at a start it may have come too early
        assert await auditor.reasons() == []
        await admit(runtime, 4)
        await until(lambda: auditor.followers["intake"].compared == runtime.writer.head.size)
        await until(lambda: cosigned(auditor) is not None)
    assert Archive(home.archive).size("intake") == size + size // 3
    question = "SELECT count(*) AS n FROM entry"
    counted = json.loads(said(home, "audit", "table", "--ask", question, "--json"))
    assert counted == [{"n": size + size // 3}]
    said(home, "audit", "table", "--out", str(tmp_path / "entries.parquet"))
    whole = tmp_path / "whole.bundle"
    for name in ("casework", "jobcenter_bridge", "notify"):
        migrate(name, home.database_url(name))  # taking keys along is recorded in every read log
    said(home, "audit", "export", "--out", str(whole), "--with-keys")
    assert verify_bundle(whole, trust=trust, since=[old]).holds


async def settle(home: Home, numbers: list[int]) -> None:
    """An operator looks into the findings and closes them."""
    shown = await asyncio.to_thread(said, home, "audit", "findings", "--json", code=1)
    assert [found["id"] for found in json.loads(shown)["open"]] == numbers
    with take_lock(home.folder):  # as `staffel up` does
        for number in numbers:
            words = ("audit", "settle", str(number), "--reason", "rebuilt from the archive")
            await asyncio.to_thread(said, home, *words)
    assert json.loads(await asyncio.to_thread(said, home, "audit", "findings", "--json"))["settled"]


def without_witness(policy: bytes) -> bytes:
    """The policy of somebody who trusts the operator."""
    lines = [line for line in policy.decode().splitlines() if line.startswith("log")]
    text = "\n".join([*lines, "quorum none", ""]).encode()
    assert read_policy(text).logs
    return text
