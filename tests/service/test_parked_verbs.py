"""``staffel parked``: an operator decides about what was set aside, and is told what happened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.chassis.process import http_server, serve_http
from services.chassis.settings import ProcessSettings
from services.platform.home import Home
from tests.support.cli import Ran, clean_environment, staffel
from tests.support.desk import Toy, hear, new_toy
from tests.support.operating import operated
from tests.support.until import until


@asynccontextmanager
async def serving(toy: Toy, home: Home) -> AsyncIterator[None]:
    """The toy stands where the home's intake would answer."""
    app = operated(toy, home.config.service_passwords["intake"])
    server = http_server(app, ProcessSettings(http_port=home.config.ports["intake"]))
    toy.writer.start()
    task = asyncio.create_task(serve_http(server))
    await until(lambda: server.started)
    yield
    server.should_exit = True
    await task
    toy.writer.stop()


async def test_a_drop_takes_what_was_named_and_nothing_when_said_again(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", passing=True)

    async def drop(*words: str) -> Ran:
        command = ("parked", "drop", "intake", *words, "--home", str(home.folder))
        environment = clean_environment(tmp_path)
        return await asyncio.to_thread(staffel, *command, environment=environment)

    with new_toy(f"sqlite:///{tmp_path / 'toy.sqlite'}", tmp_path) as toy:
        toy.run(hear(toy.gossip(0, "a", 13), toy.gossip(1, "a", 13), toy.gossip(2, "a")))
        async with serving(toy, home):
            behind = await drop("gossip/1")
            dropped = await drop("gossip/0")
            again = await drop("gossip/0")

        assert toy.parked() == {"gossip/0": "dropped", "gossip/1": "broken", "gossip/2": "waiting"}

    assert behind.code == 1
    assert "gossip/1 waits behind gossip/0, and only the first can be dropped" in behind.err
    assert (dropped.code, dropped.json["dropped"]) == (0, 1)
    assert (again.code, again.out) == (0, "gossip/0 was dropped already\n")
