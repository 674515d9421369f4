"""The runbooks are true: their blocks are run, page by page, on a platform with the trouble."""

import asyncio
import re
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from services.chassis.store.log import LogSource
from services.chassis.store.parking import PARKED
from services.platform.home import Home
from services.platform.up import Platform
from tests.support.cli import whole_command_line
from tests.support.load import at_rest, district, reading, running

FOLDER = Path(__file__).parents[2] / "deploy" / "runbooks"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
BLOCK = re.compile(r"^ *```sh *(\S*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
WHILE_RUNNING, PARKED_THERE, STOPPED, BACKED_UP = (
    "",
    "needs=parked",
    "needs=stopped",
    "needs=backup",
)


class Block(NamedTuple):
    """Commands of a page, and what has to be there for them."""

    page: str
    needs: str
    commands: list[str]


def blocks(needs: str) -> Iterator[Block]:
    """The blocks that need the same."""
    for path in PAGES:
        for found, text in BLOCK.findall(path.read_text(encoding="utf-8")):
            if found == needs:
                yield Block(
                    path.name, found, [line.strip() for line in text.splitlines() if line.strip()]
                )


class Operator:
    """Runs commands as the pages say, with the places filled in."""

    def __init__(self, places: dict[str, str]) -> None:
        """Know what stands for what."""
        self.places, self.ran = places, 0
        self._app = whole_command_line()

    def follow(self, needs: str) -> None:
        """Run every block that needs this."""
        for block in blocks(needs):
            for command in block.commands:
                self.run(command, block.page)

    def run(self, command: str, page: str) -> None:
        """Run one command; only where the page says `|| true` it may end otherwise than with 0."""
        for name, place in self.places.items():
            command = re.sub(rf"\b{name}\b", place, command)
        strict = not command.endswith("|| true")
        words = shlex.split(command.removesuffix("|| true"), comments=True)
        if words[0] == "staffel":
            code, said = self._staffel(words[1:])
        else:
            done = subprocess.run(
                ["bash", "-c", command], capture_output=True, text=True, check=False
            )
            code, said = done.returncode, done.stderr
        assert code == 0 or not strict, f"{page}: {command}: {said}"
        self.ran += 1

    def _staffel(self, words: list[str]) -> tuple[int, str]:
        ran = CliRunner().invoke(self._app, words)
        wrong = ran.exception and not isinstance(ran.exception, SystemExit)
        assert not wrong, (words, ran.exception)
        return ran.exit_code, ran.output


def park(home: Home, indexes: tuple[int, ...]) -> None:
    """Park entries that notify has heard, as a bug since corrected would have."""
    with reading(home, "intake") as engine:
        wires = {index: LogSource(engine).wires(index, 1)[0] for index in indexes}
    with closing(sqlite3.connect(home.folder / "db" / "notify.sqlite")) as conn, conn:
        for index, wire in wires.items():
            case = f"case-{index}"
            row = (f"intake/{index}", index, case, "broken", "KeyError", "decider.py:1", 1, wire, 0)
            conn.execute("INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def first_parked(home: Home) -> str:
    with reading(home, "notify") as engine, engine.connect() as conn:
        live = select(PARKED.c.id).where(PARKED.c.status != "dropped")
        return str(conn.scalars(live.order_by(PARKED.c.position)).first())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_how_to_see_it_what_to_do_and_links_only_to_pages(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    linked = re.findall(r"\]\(([\w-]+\.md)\)", text)

    assert text.startswith("# ")
    assert BLOCK.search(text)
    assert [name for name in linked if not (FOLDER / name).is_file()] == []
    assert f"({page.name})" in (FOLDER / "README.md").read_text(encoding="utf-8")


async def test_every_block_works_where_it_is_needed(tmp_path: Path) -> None:
    async with running(tmp_path) as platform:
        async with district(platform.home) as load:
            await load.persons(50)
        await at_rest(platform)
    home = platform.home
    park(home, (0, 3))
    places = {"HOME_DIR": str(home.folder), "SERVICE": "notify", "AGENCY": "youth-office-12069"}
    operator = Operator(places)

    async with Platform(home, log_files=True):
        await asyncio.to_thread(_with_parked, operator, home)
        await asyncio.to_thread(operator.follow, WHILE_RUNNING)
    safe = tmp_path / "safe"
    shutil.copytree(home.folder / "backups", safe)
    shutil.copy(home.folder / "master.key", tmp_path / "paper")
    operator.places |= {"BACKUPS": str(safe), "NEW_HOME": str(tmp_path / "new")}
    operator.places |= {"MASTER_KEY": str(tmp_path / "paper")}
    await asyncio.to_thread(operator.follow, STOPPED)
    await asyncio.to_thread(operator.follow, BACKED_UP)

    async with Platform(home, log_files=True) as again:
        await at_rest(again)
    assert operator.ran == sum(len(b.commands) for n in ALL_NEEDS for b in blocks(n))


ALL_NEEDS = (WHILE_RUNNING, PARKED_THERE, STOPPED, BACKED_UP)


def _with_parked(operator: Operator, home: Home) -> None:
    """Each block deals with the parked input that is first then."""
    for block in blocks(PARKED_THERE):
        operator.places["ID"] = first_parked(home)
        for command in block.commands:
            operator.run(command, block.page)
    del operator.places["ID"]
