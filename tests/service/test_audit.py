"""The audit process: it archives every log, compares what was signed, and tells what is wrong."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from nats.aio.client import Client

from services.audit import follower
from services.audit.app import App
from services.audit.archive import Archive
from services.audit.auditor import Auditor
from services.audit.findings import Code, Findings
from services.audit.kept import Kept
from services.audit.settings import AuditSettings
from services.audit.witnesses import Asked, Witnesses
from services.chassis.transport.log_endpoint import Answer, ask_log
from services.chassis.transport.nats_server import NatsServer, free_port
from services.chassis.transport.wire import leaf_of
from staffel_contracts.tlog.checkpoint import verified_checkpoint
from staffel_contracts.tlog.note import Unsigned
from staffel_contracts.tlog.tree import leaf_hash
from tests.support.nats import ANSWER_SECONDS, connect, server_in
from tests.support.sayer import Sayer
from tests.support.until import until
from tests.support.wires import make_open_wire, make_wire, make_wires

LOG = "casework"
UNSEALED_WITHOUT_DATA = leaf_of(make_open_wire(LOG, 3)).replace(b'"sealkey":"k-1",', b"")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    with server_in(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def nc(server: NatsServer) -> AsyncIterator[Client]:
    connection = await connect(server, LOG)
    yield connection
    await connection.close()


@pytest.fixture
def settings(server: NatsServer, tmp_path: Path) -> AuditSettings:
    return AuditSettings(
        archive=tmp_path / "archive",
        policy=tmp_path / "policy",
        nats_url=server.address,
        nats_password="tidua",
        http_port=free_port(),
        keep_seconds=0.05,
    )


@asynccontextmanager
async def auditing(settings: AuditSettings) -> AsyncIterator[Auditor]:
    """The process while it runs."""
    auditor = App(settings)
    task = asyncio.create_task(auditor.run())
    try:
        await until(lambda: bool(auditor.followers) or task.done())
        yield auditor
    finally:
        auditor.stopping.set()
        await task


def codes(auditor: Auditor) -> set[Code]:
    return {found.code for found in auditor.findings.open.values()}


@pytest_asyncio.fixture
async def sayer(nc: Client, settings: AuditSettings) -> Sayer:
    sayer = Sayer(nc, LOG)
    settings.policy.write_text(sayer.policy())
    return sayer


async def test_a_log_is_archived_as_it_grows_and_its_checkpoints_are_kept(
    sayer: Sayer, settings: AuditSettings
) -> None:
    async with sayer.running(), auditing(settings) as auditor:
        sayer.say(make_wires(LOG, 0, 2500))
        await until(lambda: auditor.followers[LOG].compared == 2500)
        sayer.say([make_open_wire(LOG, 2500)])
        log = auditor.archive.log(LOG)
        await until(lambda: (log.last_checkpoint() or (0,))[0] == 2501)

        assert await auditor.reasons() == []

    archive = Archive(settings.archive)
    assert archive.wires(LOG, 0, 3000) == sayer.source.lines
    kept = list(archive.checkpoints(LOG))
    for one in kept:
        verified_checkpoint(one.note, [sayer.key.verifier])
    assert [one.size for one in kept] == sorted({one.size for one in kept})


async def test_it_goes_on_where_it_was_killed(sayer: Sayer, settings: AuditSettings) -> None:
    async with sayer.running():
        sayer.say(make_wires(LOG, 0, 700))
        async with auditing(settings) as auditor:
            await until(lambda: auditor.followers[LOG].compared == 700)
        file = settings.archive / "logs" / LOG / "entries" / "000000000000.jsonl"
        file.write_bytes(file.read_bytes()[:-5])
        sayer.say(make_wires(LOG, 700, 900))

        async with auditing(settings) as auditor:
            await until(lambda: auditor.followers[LOG].compared == 900)
            assert await auditor.reasons() == []

    assert Archive(settings.archive).wires(LOG, 0, 1000) == sayer.source.lines


async def test_a_damaged_archive_is_no_fork_and_is_taken_up_again_when_it_was_moved_aside(
    sayer: Sayer, settings: AuditSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "DAMAGED_SECONDS", 0.1)
    folder = settings.archive / "logs" / LOG
    async with sayer.running():
        sayer.say(make_wires(LOG, 0, 700))
        async with auditing(settings) as auditor:
            await until(lambda: auditor.followers[LOG].compared == 700)
        tile = folder / "tile/0/000"
        tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])

        async with auditing(settings) as auditor:
            await until(lambda: bool(codes(auditor)))
            folder.rename(settings.archive / "aside")
            await until(lambda: auditor.followers[LOG].compared == 700)

            assert codes(auditor) == {Code.ARCHIVE_DAMAGED}


async def test_an_archive_that_cannot_be_opened_is_tried_again(
    sayer: Sayer, settings: AuditSettings
) -> None:
    blocked = settings.archive / "logs" / LOG / "entries"
    blocked.parent.mkdir(parents=True)
    blocked.touch()
    async with sayer.running(), auditing(settings) as auditor:
        sayer.say(make_wires(LOG, 0, 10))
        await until(lambda: "entries" in (auditor.followers[LOG].problem or ""))
        blocked.unlink()
        follower = auditor.followers[LOG]
        await until(lambda: follower.problem is None and follower.compared == 10)

        assert await auditor.reasons() == []


def forked(auditor: Auditor, sayer: Sayer) -> tuple[int | None, int]:
    """The first entry that was changed, and the size under the other history's signature."""
    found = {f.code: f for f in auditor.findings.open.values()}
    evidence = (found[Code.FORK].evidence or "").encode()
    signed = verified_checkpoint(evidence, [sayer.key.verifier])
    return found[Code.ENTRY_CHANGED].index, signed.checkpoint.size


async def test_an_entry_rewritten_is_found_out_by_the_next_checkpoint(
    sayer: Sayer, settings: AuditSettings
) -> None:
    async with auditing(settings) as auditor:
        async with sayer.running():
            sayer.say(make_wires(LOG, 0, 1200))
            await until(lambda: auditor.followers[LOG].compared == 1200)
        sayer.source.lines[1007] = make_wire(LOG, 1007, size=99)
        async with sayer.running():
            await until(lambda: codes(auditor) == {Code.FORK, Code.ENTRY_CHANGED})

            assert forked(auditor, sayer) == (1007, 1200)
            assert any("fork in casework" in reason for reason in await auditor.reasons())

    # What was archived stays, and what was found is there after a restart.
    assert Archive(settings.archive).wires(LOG, 1007, 1) == [make_wires(LOG, 1007, 1008)[0]]
    async with sayer.running(), auditing(settings) as auditor:
        assert codes(auditor) == {Code.FORK, Code.ENTRY_CHANGED}
        auditor.findings.settle(0, "a restore that went wrong; the entry is back")
    assert set(Findings(settings.archive / "findings").settled) == {0}


async def test_a_log_that_shrank_is_a_finding_and_loses_nothing(
    sayer: Sayer, settings: AuditSettings
) -> None:
    async with auditing(settings) as auditor:
        async with sayer.running():
            sayer.say(make_wires(LOG, 0, 50))
            await until(lambda: auditor.followers[LOG].compared == 50)
        del sayer.source.lines[40:]
        async with sayer.running():
            await until(lambda: Code.SHRUNK in codes(auditor))

    assert Archive(settings.archive).size(LOG) == 50


async def test_nothing_is_archived_of_a_log_that_was_set_back_and_grew_again(
    sayer: Sayer, settings: AuditSettings
) -> None:
    async with auditing(settings) as auditor:
        async with sayer.running():
            sayer.say(make_wires(LOG, 0, 50))
            await until(lambda: auditor.followers[LOG].compared == 50)
        sayer.source.lines[40:] = [make_wire(LOG, n, size=99) for n in range(40, 60)]
        async with sayer.running():
            await until(lambda: codes(auditor) == {Code.FORK, Code.ENTRY_CHANGED})

        assert forked(auditor, sayer) == (40, 60)
    assert Archive(settings.archive).size(LOG) == 50


async def test_the_first_entry_changed_is_named_though_answers_are_short(
    sayer: Sayer, settings: AuditSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def short(nc: Client, log: str, start: int, limit: int) -> Answer:
        return await ask_log(nc, log, start, min(limit, 100))

    monkeypatch.setattr(follower, "ask_log", short)
    async with auditing(settings) as auditor:
        async with sayer.running():
            sayer.say(make_wires(LOG, 0, 500))
            await until(lambda: auditor.followers[LOG].compared == 500)
        sayer.source.lines[250] = make_wire(LOG, 250, size=99)
        async with sayer.running():
            await until(lambda: Code.ENTRY_CHANGED in codes(auditor))

        found = {f.code: f for f in auditor.findings.open.values()}
        assert found[Code.ENTRY_CHANGED].index == 250


async def test_a_finding_that_cannot_be_written_is_found_again(
    sayer: Sayer, settings: AuditSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    async with sayer.running(), auditing(settings) as auditor:
        with monkeypatch.context() as patched:
            patched.setattr(auditor.findings, "add", full)
            sayer.say([b"no entry"])
            await until(lambda: "No space left" in (auditor.followers[LOG].problem or ""))
        await until(lambda: codes(auditor) == {Code.BROKEN_ENTRY})


@pytest.mark.parametrize(
    ("index", "wire"),
    [
        (3, make_wire(LOG, 4)),
        (3, make_wire(LOG, 3).replace(b"eHh4", b"eHh5", 1)),
        (3, make_wire(LOG, 3).replace(b"/platform", b"/elsewhere")),
        (3, UNSEALED_WITHOUT_DATA),
        (3, b"no entry"),
    ],
    ids=["another index", "another data", "another origin", "open data removed", "no JSON"],
)
async def test_nothing_is_archived_from_a_broken_entry_on(
    sayer: Sayer, settings: AuditSettings, index: int, wire: bytes
) -> None:
    async with sayer.running(), auditing(settings) as auditor:
        sayer.say([*make_wires(LOG, 0, index), wire, *make_wires(LOG, index + 1, index + 3)])
        await until(lambda: codes(auditor) == {Code.BROKEN_ENTRY})

        (found,) = auditor.findings.open.values()
        assert (found.log, found.index) == (LOG, index)
        assert "no entry" not in found.detail


async def test_a_checkpoint_that_the_log_did_not_sign_is_a_finding(
    sayer: Sayer, settings: AuditSettings, nc: Client
) -> None:
    settings.policy.write_text(Sayer(nc, LOG).policy())
    async with sayer.running(), auditing(settings) as auditor:
        await until(lambda: codes(auditor) == {Code.BAD_CHECKPOINT})


async def test_a_checkpoint_under_another_policy_is_kept_without_waiting_for_its_turn(
    sayer: Sayer, settings: AuditSettings, nc: Client
) -> None:
    settings.keep_seconds = 3600.0
    after = Sayer(nc, LOG)
    settings.policy.write_text(sayer.policy(f"log {after.key.verifier.text()}"))
    async with auditing(settings) as auditor:
        log = auditor.archive.log(LOG)
        async with sayer.running():
            sayer.say(make_wires(LOG, 0, 10))
            await until(lambda: log.last_checkpoint() is not None)
        after.source = sayer.source
        async with after.running():
            settings.policy.write_text(after.policy())
            await until(lambda: signed_by(after, log.last_checkpoint()))

        assert codes(auditor) == set()


async def test_a_checkpoint_whose_key_was_struck_while_auditing_was_away_is_kept_anew_at_its_start(
    sayer: Sayer, settings: AuditSettings, nc: Client
) -> None:
    after = Sayer(nc, LOG)
    async with sayer.running(), auditing(settings) as auditor:
        sayer.say(make_wires(LOG, 0, 10))
        log = auditor.archive.log(LOG)
        await until(lambda: (log.last_checkpoint() or (0,))[0] == 10)
    after.source = sayer.source
    settings.policy.write_text(after.policy())

    async with after.running(), auditing(settings) as auditor:
        log = auditor.archive.log(LOG)
        await until(lambda: signed_by(after, log.last_checkpoint()))

        assert codes(auditor) == set()


async def test_a_checkpoint_that_was_being_cosigned_while_the_policy_changed_is_kept_again(
    sayer: Sayer, settings: AuditSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.keep_seconds = 3600.0
    asked, answering, ask = asyncio.Event(), asyncio.Event(), Witnesses.ask

    async def slowly(*given: Any) -> Asked:
        asked.set()
        await answering.wait()
        return await ask(*given)

    monkeypatch.setattr(Witnesses, "ask", slowly)
    async with sayer.running(), auditing(settings) as auditor:
        sayer.say(make_wires(LOG, 0, 10))
        await asked.wait()
        before = auditor.policy
        settings.policy.write_text(sayer.policy(f"log {Sayer(sayer.nc, LOG).key.verifier.text()}"))
        await until(lambda: auditor.policy != before)
        answering.set()

        kept = auditor.archive.log(LOG).checkpoints
        await until(lambda: len([*kept()]) == 2)


def signed_by(sayer: Sayer, kept: Kept | None) -> bool:
    try:
        return kept is not None and bool(verified_checkpoint(kept.note, [sayer.key.verifier]))
    except Unsigned:
        return False


async def test_entries_signed_for_and_not_given_are_a_finding(
    sayer: Sayer, settings: AuditSettings
) -> None:
    async with sayer.running(), auditing(settings) as auditor:
        sayer.say(make_wires(LOG, 0, 10))
        await until(lambda: auditor.followers[LOG].compared == 10)
        whole = sayer.source.lines
        sayer.source.lines = [*whole, make_wire(LOG, 10)]
        head = sayer.head()
        sayer.source.lines = whole
        sayer.checkpoints.committed(head)

        await until(lambda: Code.WITHHELD in codes(auditor))


async def test_a_sayer_that_is_away_is_waited_for(sayer: Sayer, settings: AuditSettings) -> None:
    async with auditing(settings) as auditor:
        await until(lambda: auditor.followers[LOG].problem is not None)
        assert "does not answer" in "".join(await auditor.reasons())
        async with sayer.running():
            sayer.say(make_wires(LOG, 0, 10))
            follower = auditor.followers[LOG]
            await until(lambda: follower.compared == 10 and follower.problem is None)


async def test_erasing_over_nats_leaves_leaves(
    sayer: Sayer, settings: AuditSettings, nc: Client
) -> None:
    async with sayer.running(), auditing(settings) as auditor:
        sayer.say(make_wires(LOG, 0, 10))
        await until(lambda: auditor.followers[LOG].compared == 10)

        first = await nc.request("erase.audit", b'{"keys": ["k-1"]}', timeout=ANSWER_SECONDS)
        again = await nc.request("erase.audit", b'{"keys": ["k-1"]}', timeout=ANSWER_SECONDS)
        wrong = await nc.request("erase.audit", b"{}", timeout=ANSWER_SECONDS)

    assert (first.data, again.data) == (b'{"erased":10}', b'{"erased":0}')
    assert b"error" in wrong.data
    assert Archive(settings.archive).wires(LOG, 0, 20) == [
        leaf_of(wire) for wire in sayer.source.lines
    ]


async def test_it_serves_its_tiles_and_entries_to_those_who_may(
    sayer: Sayer, settings: AuditSettings
) -> None:
    operator = {"Authorization": f"Bearer {settings.nats_password}"}
    wires = make_wires(LOG, 0, 300)
    hashes = [leaf_hash(leaf_of(wire)) for wire in wires]
    async with sayer.running(), auditing(settings) as auditor:
        sayer.say(wires)
        await until(lambda: auditor.archive.log(LOG).last_checkpoint() is not None)
        await until(lambda: auditor.followers[LOG].compared == 300)
        url = f"http://127.0.0.1:{settings.http_port}"
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http:

            async def get(path: str, **headers: str) -> httpx.Response:
                return await http.get(path, headers=headers)

            note = await get(f"/logs/{LOG}/checkpoint")
            verified_checkpoint(note.content, [sayer.key.verifier])
            assert (await get(f"/logs/{LOG}/tile/0/000")).content == b"".join(hashes[:256])
            assert (await get(f"/logs/{LOG}/tile/0/001.p/44")).content == b"".join(hashes[256:])
            bundle = await get(f"/logs/{LOG}/tile/entries/001.p/44", **operator)
            leaf = leaf_of(wires[256])
            assert bundle.content.startswith(len(leaf).to_bytes(2) + leaf)
            lines = await get(f"/logs/{LOG}/entries?start=298", **operator)
            assert lines.content == wires[298] + b"\n" + wires[299] + b"\n"
            assert (await get("/findings", **operator)).json() == {"open": [], "settled": []}
            assert (await get("/health/ready")).json() == {"ready": True, "reasons": []}
            assert (await get("/status", **operator)).json()["archived"] == {LOG: 300}
            assert (
                'staffel_lag_entries{log="casework",service="audit"} 0.0'
                in (await get("/metrics")).text
            )
            for path in ("entries", "tile/entries/000"):
                assert (await get(f"/logs/{LOG}/{path}")).status_code == 401
            for path in (f"{LOG}/tile/0/001", f"{LOG}/tile/0/../x", "nobody/checkpoint"):
                assert (await get(f"/logs/{path}")).status_code == 404
            assert (await get("/findings")).status_code == 401
            settled = await http.post(
                "/findings/7/settle", json={"reason": "none"}, headers=operator
            )
            assert settled.status_code == 404


async def test_an_archive_that_was_restored_is_cleaned_of_those_who_were_erased(
    nc: Client, sayer: Sayer, settings: AuditSettings
) -> None:
    async with sayer.running():
        sayer.say(make_wires(LOG, 0, 20))
        async with auditing(settings) as auditor:
            await until(lambda: auditor.followers[LOG].compared == 20)
        key_id = json.loads(sayer.source.lines[7])["sealkey"]
        sayer.erased[key_id] = {"done": True}

        async with auditing(settings) as auditor:
            await until(lambda: auditor.eraser.status()["erased"].get(key_id, {}).get("done"))
            status = json.loads((await nc.request("erase.audit", b"", timeout=ANSWER_SECONDS)).data)

    reduced = [
        wire for wire in Archive(settings.archive).wires(LOG, 0, 20) if b"data_b" not in wire
    ]
    assert len(reduced) == status["erased"][key_id]["entries"] > 0
