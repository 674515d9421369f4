"""Logins and keys are exchanged under load: nobody is restarted, nothing is lost or doubled."""

import asyncio
from pathlib import Path

import pytest
from nats.errors import Error as NatsError

from services.audit.findings import Findings
from services.chassis.writing.checkpoints import ask_checkpoint
from services.platform.config import PROCESSES, SERVICES
from services.platform.home import Home
from services.platform.rotating import Unfinished, end_signing, rotate_logins, rotate_signing
from services.platform.up import Platform
from staffel_contracts.client import Connection
from staffel_contracts.tlog.checkpoint import verified_checkpoint
from staffel_contracts.tlog.keys import VerifierKey
from staffel_contracts.tlog.note import Unsigned
from staffel_contracts.tlog.policy import read_policy
from tests.support.load import at_rest, faults, loaded, running
from tests.support.until import DEADLINE_SECONDS


def pids(platform: Platform) -> dict[str, int]:
    return {name: platform.process(name).pid for name in PROCESSES}


async def test_services_go_over_to_new_logins_while_they_work(tmp_path: Path) -> None:
    async with running(tmp_path) as platform:
        before, home = pids(platform), Home.load(platform.home.folder)
        former = Home.load(home.folder)
        async with loaded(platform) as load:
            done = await rotate_logins(home, PROCESSES)
            await load.more()
        await at_rest(platform)

        assert (done.exchanged, done.behind) == (list(PROCESSES), [])
        assert await faults(platform, load) == {}
        assert pids(platform) == before
        with pytest.raises((NatsError, OSError)):
            await Connection.open(home.nats_url, *former.config.service_login("casework"))
        known = await Connection.open(home.nats_url, *home.config.service_login("casework"))
        await known.close()


async def test_a_log_gets_a_new_key_and_whoever_has_either_policy_can_verify(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as platform:
        home, before = platform.home, pids(platform)
        old = read_policy(home.policy.read_bytes()).logs

        await rotate_signing(home, SERVICES)
        new = [key for key in read_policy(home.policy.read_bytes()).logs if key not in old]
        signed = await ask_checkpoint(platform.nc, "casework")
        with pytest.raises(Unfinished, match="--end"):
            await rotate_signing(home, SERVICES)

        assert len(new) == len(SERVICES)
        for keys in (old, new):
            assert verified_checkpoint(signed, keys)
        assert await end_signing(home, SERVICES) == list(SERVICES)
        assert len(home.log_key("casework").read_text().split()) == 1
        assert {*old, *new} == {*read_policy(home.policy.read_bytes()).logs}
        assert pids(platform) == before


async def test_a_key_that_leaked_is_trusted_no_more_and_auditing_finds_nothing(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as platform:
        home = platform.home
        old = read_policy(home.policy.read_bytes()).logs
        leaked = next(key for key in old if key.name.endswith("/casework"))
        async with loaded(platform) as load:
            await rotate_signing(home, ["casework"], leaked=True)
            await load.more()
        await at_rest(platform)

        policy = home.policy.read_text()
        assert f"log {leaked.text()}" not in policy
        assert f": {leaked.text()}\n" in policy  # in a comment, for whoever asks since when
        async with asyncio.timeout(DEADLINE_SECONDS):  # it looks at its keys every second
            while is_signed_by(signed := await _newest(platform), leaked):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        assert verified_checkpoint(signed, read_policy(policy.encode()).logs)
        assert Findings(home.archive / "findings").open == {}


async def _newest(platform: Platform) -> bytes:
    return await ask_checkpoint(platform.nc, "casework")


def is_signed_by(note: bytes, key: VerifierKey) -> bool:
    try:
        return bool(verified_checkpoint(note, [key]))
    except Unsigned:
        return False
