"""A copy of a home has the original's passwords: what it is asked to do does not happen there."""

import asyncio
import shutil
from pathlib import Path

from services.platform.home import Home
from staffel_contracts.client import Connection
from staffel_contracts.codes import AccessPurpose
from tests.support.cli import Ran, clean_environment, staffel
from tests.support.load import DISTRICT, LAST_DAY, admission, archived, at_rest, running

PERSON = "12069/50-0"
REASON = ("--reason", "accuracy-contested")
VERBS = (
    ("erase", PERSON, "--ground", "requested", "--yes"),
    ("erase", PERSON, "--ground", "requested", "--dry-run"),
    ("restrict", PERSON, *REASON),
    ("restrict", PERSON, *REASON, "--announce", LAST_DAY.isoformat()),
    ("retention", "run", "--yes"),
    ("subject-access", PERSON, "--record", "r-1"),
    ("audit", "settle", "1", "--reason", "of the copy"),
    ("parked", "drop", "casework", "x-1"),
    ("parked", "retry", "casework", "x-1"),
)


async def run(folder: Path, *words: str) -> Ran:
    environment = clean_environment(folder.parent)
    return await asyncio.to_thread(staffel, *words, "--home", str(folder), environment=environment)


async def sizes(home: Home) -> dict[str, int]:
    """How long each log is, by the files of the home."""
    found = await run(home.folder, "status", "--json")
    return {name: row["size"] for name, row in found.json.items() if "size" in row}


async def test_nothing_is_done_to_the_platform_that_a_home_is_a_copy_of(tmp_path: Path) -> None:
    async with running(tmp_path) as platform:
        home = platform.home
        password = home.config.agency_passwords[DISTRICT]
        connection = await Connection.open(home.nats_url, DISTRICT, password)
        await connection.send(admission(0), "admit")
        await at_rest(platform)
        await archived(platform)
        copy = Path(shutil.copytree(home.folder, tmp_path / "copy"))
        before, key = await sizes(home), (copy / "master.key").read_text()

        for words in VERBS:
            ran = await run(copy, *words)
            assert ran.code in {1, 2}, (words, ran)
            assert f"no platform runs on {copy}" in ran.err, (words, ran)

        await at_rest(platform)
        assert await sizes(home) == before
        assert (copy / "master.key").read_text() == key
        found = await connection.ask(
            "intake", "person", purpose=AccessPurpose.CASEWORK, file_reference="50-0"
        )
        assert found["case"]
        assert (await run(home.folder, "restrict", PERSON, *REASON)).code == 0
        await connection.close()
