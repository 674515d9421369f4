"""``staffel parked``: an operator decides about what was set aside, and is told what happened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from services.chassis.running.process import http_server, serve_http
from services.chassis.settings import ProcessSettings
from services.chassis.work import ParkedWork
from services.platform.home import Home
from services.platform.up import take_lock
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
    with take_lock(home.folder):  # as `staffel up` does
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


async def test_what_waits_is_shown_before_what_was_dropped_and_beside_who_is_silent(
    tmp_path: Path,
) -> None:
    home = Home.create(tmp_path / "home", passing=True)
    word, port = home.config.service_passwords["intake"], home.config.ports["intake"]
    environment = clean_environment(tmp_path)
    with new_toy(f"sqlite:///{tmp_path / 'toy.sqlite'}", tmp_path) as toy:
        toy.run(hear(*(toy.gossip(n, place, 13) for n, place in enumerate("aabc"))))
        toy.run(ParkedWork("a", "gossip/0", drop=True))
        async with (
            serving(toy, home),
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{port}",
                headers={"Authorization": f"Bearer {word}"},
                trust_env=False,
            ) as client,
        ):
            first = (await client.get("/parked", params={"limit": 1})).json()
            case = (await client.get("/parked", params={"parked_id": "gossip/1"})).json()
            command = ("parked", "list", "--json", "--home", str(home.folder))
            listed = await asyncio.to_thread(staffel, *command, environment=environment)

    assert [row["id"] for row in first] == ["gossip/2"]  # 1 was tried again, and stands last
    assert [row["id"] for row in case] == ["gossip/1", "gossip/0"]
    assert [row["id"] for row in listed.json] == ["gossip/2", "gossip/3", "gossip/1", "gossip/0"]
    assert listed.code == 1
    assert "casework does not answer" in listed.err
