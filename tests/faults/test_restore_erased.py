"""A backup that was made in the midst of an erasure: it can be restored, and brings nobody back."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from services.platform.backup import create
from services.platform.config import SERVICES
from services.platform.erase import NOT_DONE
from services.platform.home import Home
from services.platform.installation import Installation
from services.platform.up import Platform
from tests.faults.test_erasure import (
    GROUND,
    MINE,
    case_of,
    found_in,
    rows,
    run,
    run_beside,
    secrets,
    two_persons,
    wrong,
)
from tests.support.cli import clean_environment, staffel
from tests.support.load import at_rest, running

ERASE = ("erase", MINE, *GROUND, "--yes", "--keep-master")


async def restored_elsewhere(home: Home, backup: Path, wanted: list[bytes], case: str) -> Home:
    """Restore to another machine, where nothing is left of the old one but the master key."""
    new = home.folder.parent / "new"
    words = ("--from", str(backup), "--master-key", str(home.master_key), "--home", str(new))
    restore = ("restore", "latest", *words)
    done = await asyncio.to_thread(staffel, *restore, environment=_environment(home))
    assert done.code == 0, done.err
    at = Home.load(new)
    assert found_in(at, wanted) == {}  # before anybody could answer
    async with Platform(at, log_files=True) as platform:
        await at_rest(platform)
        answer = await run_beside(at, "subject-access", case, "--json")
        follow = await run_beside(at, "audit", "replay", "--case", case, "--follow")
    assert found_in(at, wanted) == {}
    assert wrong(at) == []
    held = {one["what_en"] for one in answer.json["held"]}
    assert held == {"subject erased", "feed entries erased"}
    assert follow.out.count("erased") > 1
    return at


def _environment(home: Home) -> dict[str, str]:
    return clean_environment(home.folder.parent)


def verified(home: Home) -> Any:
    """What an auditor finds in the bundle of all logs."""
    bundle = home.folder.parent / "bundle"
    exported = run(home, "audit", "export", "--out", str(bundle), "--with-keys", "--force")
    assert exported.code == 0, exported.err
    found = staffel("audit", "verify", str(bundle), "--json", environment=_environment(home))
    return json.loads(found.out)["findings"]


async def test_one_service_alone_had_erased_when_it_was_made(tmp_path: Path) -> None:
    async with running(tmp_path) as platform:
        home = platform.home
        await two_persons(platform)
        wanted, case = secrets(home), case_of(home)
        home.erasures.write_text("no erasure\n")  # which holds up all that follows a decision
        erased = await run_beside(home, *ERASE, "--within", "0")
        made = await run_beside(home, "backup", "create", "--out", str(tmp_path / "safe"))
        knowing = [name for name in SERVICES if rows(home, name, "SELECT key_id FROM erased")]

    assert (erased.code, made.code, knowing) == (NOT_DONE, 0, ["casework"])
    new = await restored_elsewhere(home, tmp_path / "safe", wanted, case)
    assert verified(new) == []


async def test_all_services_were_read_before_it_and_the_keyring_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = create._dump_services  # noqa: SLF001 - what a large backup takes minutes for

    def read_and_erase(*args: Any) -> Any:
        found = read(*args)
        assert run(home, *ERASE).code == 0
        return found

    monkeypatch.setattr(create, "_dump_services", read_and_erase)
    async with running(tmp_path) as platform:
        home = platform.home
        await two_persons(platform)
        wanted, case = secrets(home), case_of(home)
        await asyncio.to_thread(create.create, Installation(home), tmp_path / "safe")

    new = await restored_elsewhere(home, tmp_path / "safe", wanted, case)
    assert verified(new) == []


async def test_a_service_was_down_that_all_others_had_not_waited_for(tmp_path: Path) -> None:
    async with running(tmp_path) as platform:
        home = platform.home
        await two_persons(platform)
        wanted, case = secrets(home), case_of(home)
        platform.process("notify").kill()
        erased = await run_beside(home, *ERASE, "--within", "1")
        made = await run_beside(home, "backup", "create", "--out", str(tmp_path / "safe"))

    assert (erased.code, made.code) == (NOT_DONE, 0)
    new = await restored_elsewhere(home, tmp_path / "safe", wanted, case)
    assert verified(new) == []
