"""Everything is lost but a backup, the master key and the ledger of erasures; and comes back."""

import asyncio
import json
import time
from pathlib import Path

import pytest
from nats.aio.client import Client

from services.platform.connecting import connect_as
from staffel_contracts.client import Connection
from tests.support.ledger import district_context, ledger, log_of, not_exactly_once
from tests.support.load import admission
from tests.support.stack import Stack, report


async def test_everything_is_lost_and_restored_from_the_backup(
    up: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    district = district_context(up)
    async with ledger(up, district) as load:
        await load.send("alone", admission(9_000_000))
    nc = await connect_as(up.home, "ops", url=f"tls://localhost:{up.nats}")
    case = await case_of(nc, load.answers["alone"][0])
    await nc.close()

    await asyncio.to_thread(up.told, "backup", "create")
    # The master key stays, else the backup opened no more: that is what a rotation is for.
    words = ("erase", case, "--ground", "requested", "--yes", "--keep-master")
    erased = await asyncio.to_thread(up.told, *words)
    begun = time.monotonic()
    await asyncio.to_thread(lose_and_restore, up)
    report("restored: from nothing to ready", time.monotonic() - begun)

    assert erased["case"] == case
    nc = await connect_as(up.home, "ops", url=f"tls://localhost:{up.nats}")
    try:
        assert await not_exactly_once(nc, load, "12069") == []
        entries = [e for e in await log_of(nc, "intake") if e.get("subject") == case]
    finally:
        await nc.close()
    assert entries
    assert not any("data_base64" in entry for entry in entries)  # erased after the backup
    again = await Connection.of(district)  # with the credentials that it always had
    assert (await again.ask("intake", "whoami"))["id"] == district.agency
    await again.close()
    assert json.loads(await asyncio.to_thread(up.staffel, "smoke", "--json"))["ok"]


def lose_and_restore(up: Stack) -> None:
    """What the runbook says, from a machine on which there is nothing."""
    up.destroy()
    up.init("--restore", "latest")
    up.compose("up", "-d", "--wait", "nats", "postgres")
    up.told("restore", "latest")
    up.up()


async def case_of(nc: Client, entry: str) -> str:
    """Whom an entry is about."""
    return next(str(e["subject"]) for e in await log_of(nc, "intake") if e["id"] == entry)
