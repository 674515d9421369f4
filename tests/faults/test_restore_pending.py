"""Lost before an erasure had reached it: what is restored brings nobody back, in any way."""

import asyncio
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from services.audit.archive import Archive
from services.platform.backup.drill import _root_at
from services.platform.config import SERVICES
from services.platform.erase import NOT_DONE
from services.platform.home import Home
from services.platform.up import Platform
from staffel_contracts.tlog.checkpoint import read_checkpoint
from tests.faults.test_erasure import (
    CANARY,
    GROUND,
    JOBCENTER,
    MINE,
    REFERENCE,
    admission,
    case_of,
    fed,
    found_in,
    recognition,
    rows,
    run_beside,
    secrets,
    withdraw,
    wrong,
)
from tests.faults.test_restore import destroy, each, said, url
from tests.faults.test_restore_erased import verified
from tests.support.load import AGENCIES, DISTRICT, archived, at_rest, audited, district, running
from tests.support.postgres import Postgres
from tests.support.until import until

LIVING, SECOND = "12069/50-other", "12069/50-girlitz"
"""A member of the same household, who stays, and another who is erased."""
PEOPLE = {"50-other": "Muster", REFERENCE: CANARY, "50-girlitz": "Girlitz"}
ERASE = (*GROUND, "--yes", "--keep-master", "--within", "0")
__all__ = ["url"]


class Lost(NamedTuple):
    """A stopped home that is about to lose something, and what was there before the erasure."""

    home: Home
    wanted: list[bytes]
    """What must be nowhere."""
    feeds: dict[str, list[dict[str, Any]]]
    erased: set[str]
    """The cases of who was erased."""


async def pending(folder: Path, url: str | None, down: str, *erased: str) -> Lost:
    """Three persons come, with a backup after each; some are erased while a service is down."""
    async with running(folder, url) as platform:
        home = platform.home
        async with district(home) as load:
            for reference, name in PEOPLE.items():
                await load.connection.send(admission(reference, name), f"{reference}/admit")
                await at_rest(platform)
                out = ("--out", str(home.folder / "backups" / reference))
                await asyncio.to_thread(said, "create", *out, "--home", str(home.folder))
            await asyncio.to_thread(said, "create", "--home", str(home.folder))
            for reference in PEOPLE:
                await load.connection.send(recognition(reference), f"{reference}/recognise")
            await at_rest(platform)
            for person in erased:
                await withdraw(load.connection, home, person)
            await at_rest(platform)
            await archived(platform)
        wanted = [one for person in erased for one in secrets(home, person)]
        wanted += [b"Girlitz", b"50-girlitz"] if SECOND in erased else []
        cases = {case_of(home, person) for person in erased}
        feeds = {agency: await fed(home, agency) for agency in AGENCIES}
        platform.process(down).kill()
        for person in erased:
            ran = await run_beside(home, "erase", person, *ERASE)
            assert ran.code == NOT_DONE, ran.err
        await knowing(home, {*SERVICES} - {down}, len(erased))
    return Lost(home, wanted, feeds, cases)


async def knowing(home: Home, names: Iterable[str], erased: int) -> None:
    """Return once all of these have carried out so many erasures."""
    for name in names:
        await until(lambda n=name: cleaned(home, n) >= erased, f"{name} erased")  # type: ignore[misc]


def cleaned(home: Home, name: str) -> int:
    """How many erasures a service has carried out wholly."""
    return len(rows(home, name, "SELECT key_id FROM erased WHERE cleaned"))


async def restored(lost: Lost, *words: str) -> dict[str, Any]:
    """Restore, and look before anybody can be asked."""
    home = lost.home
    done = await asyncio.to_thread(said, "restore", *words, "--home", str(home.folder))
    assert done["lost"] == []
    ours = (
        "db/keyring",
        "keyring.",
        *(f"{at}{name}." for at in ("", "db/") for name in done["logs"]),
    )
    assert [where for where in found_in(home, lost.wanted) if where.startswith(ours)] == []
    return done


async def well(lost: Lost) -> dict[str, list[dict[str, Any]]]:
    """Start it: nobody is back, nothing is numbered twice, all proofs hold; gives the feeds."""
    home = lost.home
    before = {name: list(Archive(home.archive).checkpoints(name)) for name in SERVICES}
    async with Platform(home, log_files=True) as platform:
        await at_rest(platform)
        await audited(platform)
        await knowing(home, SERVICES, len(lost.erased))
        feeds = {agency: await fed(home, agency) for agency in AGENCIES}
        inboxes = {agency: await fed(home, agency, replay=False) for agency in AGENCIES}
    assert found_in(home, lost.wanted) == {}
    assert wrong(home) == []
    assert verified(home) == []
    for name, kept in before.items():
        for one in kept:
            checkpoint = read_checkpoint(one.note).checkpoint
            assert _root_at(home.database_url(name), one.size) == checkpoint.root.hex()
    for agency, feed in feeds.items():
        assert [event["feedindex"] for event in feed] == list(range(len(feed)))
        assert inboxes[agency] == feed
        for was, event in zip(lost.feeds[agency], feed, strict=False):
            assert event["id"] == was["id"]
            if was["subject"] in lost.erased:
                assert "data" not in event
            else:
                assert event == was
    return feeds


def same_places(lost: Lost, feeds: dict[str, list[dict[str, Any]]]) -> bool:
    """Whether all that was disclosed before has its old place, with all but its data."""
    return all(
        bare(feeds[agency])[: len(feed)] == bare(feed) for agency, feed in lost.feeds.items()
    )


def bare(feed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A feed without its data."""
    return [{name: value for name, value in event.items() if name != "data"} for event in feed]


def told(feed: list[dict[str, Any]]) -> list[str]:
    """Of which erased cases an agency is told, in order."""
    return [one["subject"] for one in feed if one["type"] == "subject-erased.v1"]


async def test_a_lost_service_that_an_erasure_had_not_reached_keeps_every_number(
    tmp_path: Path, url: str | None
) -> None:
    lost = await pending(tmp_path, url, "notify", MINE)
    destroy(lost.home, "notify")

    done = await restored(lost, *each(["notify"]))

    assert done["filled"]["notify"] > 0
    feeds = await well(lost)
    assert same_places(lost, feeds)
    assert [told(feeds[agency]) for agency in AGENCIES] == [[*lost.erased]] * 2


@pytest.fixture(scope="module")
def two_gone(tmp_path_factory: pytest.TempPathFactory) -> Lost:
    """Two of three persons were erased while notify was down."""
    return asyncio.run(pending(tmp_path_factory.mktemp("gone"), None, "notify", MINE, SECOND))


@pytest.fixture
def lost(two_gone: Lost, tmp_path: Path) -> Lost:
    """A copy of that home."""
    folder = Path(shutil.copytree(two_gone.home.folder, tmp_path / "home"))
    return two_gone._replace(home=Home.load(folder))


def after(home: Home, reference: str) -> tuple[str, ...]:
    """The backup that was made when this person was admitted: it knows nobody who came later."""
    return ("latest", "--from", str(home.folder / "backups" / reference))


async def test_two_persons_at_once_of_whom_the_backup_knows_one(lost: Lost) -> None:
    destroy(lost.home, "notify")

    await restored(lost, *after(lost.home, REFERENCE), *each(["notify"]))

    feeds = await well(lost)
    assert same_places(lost, feeds)
    assert [{*told(feeds[agency])} for agency in AGENCIES] == [lost.erased] * 2


async def test_without_any_inbox_no_number_is_given_twice(lost: Lost) -> None:
    destroy(lost.home, "notify")
    shutil.rmtree(lost.home.folder / "nats" / "store")

    done = await restored(lost, *each(["notify"]))

    feeds = await well(lost)
    since = {agency: feeds[agency][len(feed) :] for agency, feed in lost.feeds.items()}
    with_data = {agency: [e for e in new if "data" in e] for agency, new in since.items()}
    assert {agency: len(told(new)) for agency, new in with_data.items()} == {
        DISTRICT: 2,
        JOBCENTER: 0,
    }
    assert [len(new) for new in with_data.values()] == [2, 0]
    for agency in AGENCIES:
        types = [event["type"] for event in feeds[agency]]
        assert types.count("feed-entries-erased.v1") == done["empty"][agency] > 0


@pytest.mark.parametrize("reference", ["50-other", "50-girlitz"])
async def test_neither_ledger_nor_keyring_know_and_the_log_alone_says_it(
    lost: Lost, reference: str
) -> None:
    destroy(lost.home, *SERVICES, "keyring")
    lost.home.erasures.unlink()

    await restored(lost, *after(lost.home, reference))

    assert same_places(lost, await well(lost))


async def test_on_postgresql_the_log_alone_says_it_as_well(
    tmp_path: Path, postgres: Postgres
) -> None:
    with postgres.fresh_database() as database:
        lost = await pending(tmp_path, database, "notify", MINE, SECOND)
        destroy(lost.home, *SERVICES, "keyring")
        lost.home.erasures.unlink()

        await restored(lost, "latest")

        assert same_places(lost, await well(lost))


async def test_the_keyring_alone_is_of_before_the_erasure(lost: Lost) -> None:
    destroy(lost.home, "keyring")
    lost.home.erasures.unlink()

    await restored(lost, "--service", "keyring")

    assert same_places(lost, await well(lost))


async def test_everything_but_the_keyring_is_lost(lost: Lost) -> None:
    destroy(lost.home, *SERVICES)
    lost.home.erasures.unlink()

    await restored(lost, *each(SERVICES))

    assert same_places(lost, await well(lost))


@pytest.mark.parametrize("name", ["intake", "jobcenter_bridge"])
async def test_any_other_service_that_an_erasure_had_not_reached(tmp_path: Path, name: str) -> None:
    lost = await pending(tmp_path, None, name, MINE)
    destroy(lost.home, name)

    await restored(lost, *each([name]))

    assert same_places(lost, await well(lost))
