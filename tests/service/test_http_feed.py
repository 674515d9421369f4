"""The feed over HTTP, on a whole platform: pages, waiting for more, and nobody else's entries."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.chassis.endpoints.http import PROBLEM
from services.notify.http_feed import BATCH, PAGE
from services.platform.up import Platform
from tests.support.load import DISTRICT, Load, at_rest, district, running
from tests.support.node import checked

JOBCENTER, STRANGER = "jobcenter-12069", "immigration-office-12069"
PERSONS = 50
SECONDS = 20

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def platform(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Platform]:
    """A platform of its own, at rest."""
    async with running(tmp_path_factory.mktemp("platform")) as up:
        yield up


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def load(platform: Platform) -> AsyncIterator[Load]:
    """A district that has taken in some persons, all disclosed."""
    async with district(platform.home) as load:
        await load.persons(PERSONS)
        await at_rest(platform)
        yield load


@pytest_asyncio.fixture(loop_scope="module")
async def client(platform: Platform, load: Load) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at notify's door."""
    assert load.done
    url = platform.home.http_url("notify")
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=2 * SECONDS) as client:
        yield client


def token(platform: Platform, agency: str) -> dict[str, str]:
    """The header with an agency's token."""
    return {"Authorization": f"Bearer {platform.home.config.agency_passwords[agency]}"}


async def get(
    platform: Platform, client: httpx.AsyncClient, agency: str, query: str = ""
) -> httpx.Response:
    """The answer to an agency."""
    return await client.get(f"/feed{query}", headers=token(platform, agency))


async def whole(platform: Platform, client: httpx.AsyncClient, agency: str) -> list[dict[str, Any]]:
    """An agency's feed, page by page as the links lead."""
    found: list[dict[str, Any]] = []
    query = "?limit=70"
    while page := (answer := await get(platform, client, agency, query)).json():
        found += page
        query = answer.links["next"]["url"]
    return found


async def test_the_links_lead_through_the_whole_feed(
    platform: Platform, client: httpx.AsyncClient
) -> None:
    entries = await whole(platform, client, DISTRICT)

    assert len(entries) > 70
    assert [entry["feedindex"] for entry in entries] == list(range(len(entries)))
    assert len({entry["subject"] for entry in entries}) == PERSONS


async def test_a_page_begins_behind_the_index_and_says_what_it_is(
    platform: Platform, client: httpx.AsyncClient
) -> None:
    answer = await get(platform, client, DISTRICT, "?after=4&limit=3")

    assert [entry["feedindex"] for entry in answer.json()] == [5, 6, 7]
    assert answer.headers["content-type"] == BATCH
    assert answer.headers["cache-control"] == "no-store"
    assert answer.links["next"]["url"] == "?after=7&limit=3&wait=0"


async def test_an_index_that_the_feed_has_not_reached_is_refused(
    platform: Platform, client: httpx.AsyncClient
) -> None:
    last = (await whole(platform, client, JOBCENTER))[-1]["feedindex"]

    answer = await get(platform, client, JOBCENTER, f"?after={last + 1}&wait={SECONDS}")

    assert (answer.status_code, answer.json()["field"]) == (422, "after")
    assert f"the feed has {last + 1} entries" in answer.json()["detail"]


async def test_a_page_is_a_batch_to_the_software_kit_of_cloudevents(
    platform: Platform, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    page = tmp_path / "page.json"
    page.write_bytes((await get(platform, client, DISTRICT)).content)

    check = await asyncio.to_thread(checked, "--batch", page)

    assert (check.returncode, check.stderr) == (0, "")
    assert json.loads(check.stdout)["entries"] == PAGE


async def test_an_agency_sees_its_own_feed_and_no_other(
    platform: Platform, client: httpx.AsyncClient
) -> None:
    feeds = {a: await whole(platform, client, a) for a in (DISTRICT, JOBCENTER, STRANGER)}

    ids = {agency: {entry["id"].split("/")[0] for entry in feeds[agency]} for agency in feeds}
    assert ids == {DISTRICT: {DISTRICT}, JOBCENTER: {JOBCENTER}, STRANGER: set()}


async def test_who_waits_is_told_as_soon_as_an_entry_is_disclosed(
    platform: Platform, client: httpx.AsyncClient, load: Load
) -> None:
    last = (await whole(platform, client, JOBCENTER))[-1]["feedindex"]
    waiting = asyncio.create_task(get(platform, client, JOBCENTER, f"?after={last}&wait={SECONDS}"))
    empty = await get(platform, client, JOBCENTER, f"?after={last}")

    await load.persons(PERSONS)
    answer = await waiting

    assert empty.json() == []
    assert answer.json()[0]["feedindex"] == last + 1


async def test_what_another_agency_gets_wakes_nobody_up(
    platform: Platform, client: httpx.AsyncClient, load: Load
) -> None:
    waiting = asyncio.create_task(get(platform, client, STRANGER, "?wait=2"))

    await load.persons(PERSONS)
    answer = await waiting

    assert answer.json() == []
    assert answer.links["next"]["url"] == "?after=-1&limit=100&wait=2"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "x"}])
async def test_who_has_no_token_gets_nothing(
    client: httpx.AsyncClient, header: dict[str, str]
) -> None:
    answer = await client.get("/feed?wait=20", headers=header)

    assert (answer.status_code, answer.headers["content-type"]) == (401, PROBLEM)
    assert answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize(
    "query",
    [
        *("after=-2", "after=x", "after=1.5", f"after={10**12}"),
        *("limit=0", "limit=1001", "wait=-1", "wait=31", "wait=", "afte=4"),
    ],
)
async def test_a_parameter_that_breaks_a_rule_is_refused_by_its_name(
    platform: Platform, client: httpx.AsyncClient, query: str
) -> None:
    answer = await get(platform, client, DISTRICT, f"?{query}")

    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert (answer.json()["code"], answer.json()["field"]) == ("invalid", query.partition("=")[0])


async def test_a_service_that_stops_keeps_nobody_waiting(
    platform: Platform, client: httpx.AsyncClient
) -> None:
    sent = asyncio.Event()

    async def trace(what: str, _: object) -> None:
        if what == "http11.send_request_body.complete":
            sent.set()

    waiting = asyncio.create_task(
        client.get("/feed?wait=30", headers=token(platform, STRANGER), extensions={"trace": trace})
    )
    await sent.wait()
    await get(platform, client, STRANGER)  # by now the first one waits

    platform.process("notify").terminate()
    answer = await waiting

    assert answer.json() == []
