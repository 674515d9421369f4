"""Parts of a platform on one machine that are tried without all the others."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from services.chassis.tasks import in_thread
from services.platform import up
from services.platform.home import Home
from services.platform.up import NotUp, Platform
from tests.support.until import until


async def test_a_port_that_somebody_else_listens_on_is_named_before_anything_is_asked_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(up, "FREE_WITHIN", 0.0)
    home = Home.create(tmp_path / "home", passing=True)
    port = home.config.ports["notify"]

    taken = socket.create_server(("127.0.0.1", port))
    with taken, pytest.raises(NotUp, match=f"notify: another program listens on port {port}"):
        await Platform(home).ports_are_free()

    await Platform(home).ports_are_free()


async def test_what_cannot_be_looked_after_now_is_said_and_looked_after_later(
    tmp_path: Path,
) -> None:
    home = Home.create(tmp_path / "home", passing=True)
    said: list[str] = []
    platform = Platform(home, said.append)
    settings = (home.folder / "staffel.json").read_bytes()
    (home.folder / "staffel.json").write_text("{ being edited")
    watching = asyncio.create_task(platform.watch())
    try:
        await until(lambda: any("not looked after" in line for line in said), "it is said")
        (home.folder / "staffel.json").write_bytes(settings)

        await until(lambda: platform.server.running, "NATS runs again")

        assert not watching.done()
    finally:
        watching.cancel()
        await asyncio.wait({watching})
        platform.server.stop()


async def test_a_task_that_is_cancelled_ends_after_its_thread() -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait()
        done.set()

    task = asyncio.create_task(in_thread(work))
    await until(begun.is_set, "the thread works")
    task.cancel()
    asyncio.get_running_loop().call_later(0.01, go_on.set)
    await asyncio.wait({task})

    assert done.is_set()
    assert task.cancelled()


def test_a_service_that_cannot_be_imported_is_told_and_nothing_hangs(tmp_path: Path) -> None:
    (tmp_path / "faulty.py").write_text("raise ZeroDivisionError\n")
    script = (
        "from services.platform.forks import _FORKS, Forked, NotForked, begin_importing\n"
        "_FORKS.set_forkserver_preload(['faulty'])\n"
        "begin_importing()\n"
        "try:\n"
        "    Forked('notify', {}, None)\n"
        "except NotForked:\n"
        "    print('not forked')\n"
    )
    environment = dict(os.environ) | {"PYTHONPATH": f"{tmp_path}:{Path.cwd()}"}

    ran = subprocess.run(
        [sys.executable, "-c", script],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert ran.stdout == "not forked\n", ran.stderr
    assert "ZeroDivisionError" in ran.stderr
