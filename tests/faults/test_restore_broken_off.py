"""A restore is killed midway: nobody serves what is there of it, and it is begun again."""

import asyncio
import signal
import subprocess
import sys

import pytest

from services.chassis.store.migrate import WrongSchema, check_schema
from services.platform.config import SERVICES
from services.platform.home import Home, NoHome
from services.platform.preparing import prepare_databases
from services.platform.up import Platform
from tests.faults.test_erasure import wrong
from tests.faults.test_restore import destroy, refused
from tests.faults.test_restore_pending import (
    Lost,
    knowing,
    lost,
    restored,
    same_places,
    two_gone,
    well,
)
from tests.support.cli import clean_environment
from tests.support.load import at_rest

__all__ = ["lost", "two_gone"]
KILLED = """
import os, sys
from services.platform.backup import erased, restore
module = {"restore": restore, "erased": erased}[sys.argv[1]]
whole, calls = getattr(module, sys.argv[2]), iter(range(int(sys.argv[3])))

def dies(*given, **named):
    if next(calls, None) is None:
        os.kill(os.getpid(), 9)
    return whole(*given, **named)

setattr(module, sys.argv[2], dies)
from staffel_contracts.cli import main
sys.argv = ["staffel", *sys.argv[4:]]
main()
"""
"""Runs the verb with a function of a module that kills the process after so many calls."""


def killed(home: Home, where: str, after: int, *words: str) -> None:
    """Begin to restore, and be killed."""
    command = [sys.executable, "-c", KILLED, *where.split("."), str(after), "restore", *words]
    environment = clean_environment(home.folder.parent)
    ran = subprocess.run(
        [*command, "--home", str(home.folder)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    assert ran.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("where", "after"),
    [
        ("restore._load", 2),
        ("restore._load_keyring", 0),
        ("restore.fill", 1),
        ("erased.replace_tables", 2),
        ("erased._carry_out", 3),
        ("restore._check", 0),
        ("restore.unmark", 2),
    ],
)
async def test_killed_anywhere_it_is_begun_again(lost: Lost, where: str, after: int) -> None:
    destroy(lost.home, *SERVICES, "keyring")
    lost.home.erasures.unlink()

    await asyncio.to_thread(killed, lost.home, where, after, "latest")

    with pytest.raises(NoHome, match="broken off: run `staffel restore` again"):
        prepare_databases(lost.home)
    with pytest.raises(WrongSchema, match="broken off: run `staffel restore` again"):
        check_schema("notify", lost.home.database_url("notify"))
    await restored(lost, "latest")
    assert wrong(lost.home) == []


def test_what_was_not_part_of_it_is_not_written_over(lost: Lost) -> None:
    destroy(lost.home, "notify")
    killed(lost.home, "restore.others", 0, "latest", "--service", "notify")

    assert "intake.sqlite is not empty" in refused("--home", str(lost.home.folder))


async def test_restored_twice_it_is_the_same(lost: Lost) -> None:
    destroy(lost.home, *SERVICES, "keyring")
    await restored(lost, "latest")
    again = refused("--home", str(lost.home.folder))
    destroy(lost.home, *SERVICES, "keyring")
    await restored(lost, "latest")
    async with Platform(lost.home, log_files=True) as platform:
        await at_rest(platform)
        await knowing(lost.home, SERVICES, len(lost.erased))

    destroy(lost.home, "notify")
    done = await restored(lost, "--service", "notify")

    assert "is not empty: move it away" in again
    assert done["filled"]["notify"] > 0
    assert same_places(lost, await well(lost))
