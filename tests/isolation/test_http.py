"""Over HTTP no agency reaches what is another's: every command, query and route, tried."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from services.chassis.endpoints.http import make_http
from services.platform.config import SERVICES
from services.platform.services import service_named
from staffel_contracts.command import COMMANDS
from tests.isolation.attempts import (
    Attempt,
    Outcome,
    all_of,
    betrayed,
    body_about,
    foreign_commands,
    foreign_queries,
    routes_of,
    taken,
    wrong_roles,
)
from tests.isolation.world import (
    A_JOBCENTER,
    A_OFFICE,
    AGENCIES,
    B_JOBCENTER,
    HERE,
    HOUSEHOLD,
    A,
    B,
    World,
)

LEAST = {"commands": 6000, "queries": 3000, "roles": 450, "routes": 100}
"""So many attempts at least; fewer would mean that something is not tried any more."""
TURNED = {401, 403, 404, 405, 409, 422}

pytestmark = pytest.mark.asyncio(loop_scope="session")


def told(kind: str, outcomes: list[Outcome]) -> None:
    """Print how many attempts there were, and check that they are not fewer than they should be."""
    print(f"{kind}: {len(outcomes)} attempts {dict(Counter(o.status for o in outcomes))}")  # noqa: T201
    assert len(outcomes) >= LEAST[kind]


async def test_no_command_about_a_foreign_case_changes_or_tells_anything(world: World) -> None:
    before = await world.sizes()

    outcomes = await all_of(world, foreign_commands(world.cases.values()))

    told("commands", outcomes)
    assert [str(o.attempt) for o in outcomes if o.status not in TURNED] == []
    assert {o.status for o in outcomes if o.attempt.agency in foreign_to(o)} <= {403, 404}
    assert [leak for o in outcomes for leak in betrayed(o, world.cases.values())] == []
    assert await world.sizes() == before


def foreign_to(outcome: Outcome) -> list[str]:
    """Agencies that never had to do with what was tried."""
    case = outcome.attempt.case
    return case.foreign if case else []


async def test_no_query_tells_of_a_foreign_case(world: World) -> None:
    outcomes = await all_of(world, foreign_queries(world.cases.values()))

    told("queries", outcomes)
    assert [leak for o in outcomes for leak in betrayed(o, world.cases.values())] == []
    assert {o.status for o in outcomes} <= TURNED | {200}


async def test_no_role_does_what_it_is_not_declared_for(world: World) -> None:
    before = await world.sizes()

    outcomes = await all_of(world, wrong_roles(A, world.cases["handed"]))

    told("roles", outcomes)
    assert {o.status for o in outcomes} == {403}
    assert await world.sizes() == before


def routes() -> list[tuple[str, str, str]]:
    """Service, method and path of every route."""
    found = []
    for name in SERVICES:
        runtime: Any = SimpleNamespace(service=service_named(name), after_commit=[])
        for route in routes_of(make_http(runtime)):
            found += [(name, method, route.path) for method in sorted(route.methods or ())]
    return found


async def test_no_route_lets_in_whom_it_does_not_know(world: World) -> None:
    handed = world.cases["handed"]
    outcomes: list[Outcome] = []
    foreign: dict[str, dict[str, str]] = {
        agency: world.headers(agency) for agency in handed.foreign
    }
    strangers = {"nobody": {}, "wrong": {"Authorization": "Bearer wrong"}} | {
        "basic": {"Authorization": "Basic eDp5"}, "empty": {"Authorization": "Bearer"},
    }  # fmt: skip
    for service, method, path in routes():
        named = path.format(name="handover-sheet", sheet_ref=handed.handoff["sheet_ref"])
        for who, headers in (strangers | foreign).items():
            url = world.home.http_url(service) + named
            answer = await world.client.request(method, url, headers=headers, json={})
            outcomes.append(_outcome(who, service, named, answer))

    told("routes", outcomes)
    assert [leak for o in outcomes for leak in betrayed(o, world.cases.values())] == []
    open_to_all = {
        o.attempt.path for o in outcomes if o.attempt.agency == "nobody" and o.status < 400
    }
    assert open_to_all == {"/health/live", "/health/ready", "/metrics", "/log/checkpoint"}


def _outcome(who: str, service: str, path: str, answer: httpx.Response) -> Outcome:
    attempt = Attempt(who, service, path, {}, None)
    return Outcome(attempt, answer.status_code, answer.text + str(answer.headers))


ALLOWED = (
    (A, "intake", "person", "kept"),
    (A, "casework", "case", "kept"),
    (A, "casework", "computations", "handed"),
    (A, "casework", "household", "kept"),
    (A, "casework", "cases", "kept"),
    (A, "casework", "handover-sheet", "handed"),
    (A_JOBCENTER, "casework", "handover-sheet", "handed"),
    (B_JOBCENTER, "casework", "handover-sheet", "away"),
    (A, "jobcenter_bridge", "responsibility", "handed"),
    (A_JOBCENTER, "jobcenter_bridge", "responsibility", "handed"),
    (A_JOBCENTER, "jobcenter_bridge", "handoffs", "handed"),
    (A_JOBCENTER, "jobcenter_bridge", "timelines", "handed"),
    (A_JOBCENTER, "jobcenter_bridge", "queue", "handed"),
    (A, "jobcenter_bridge", "timelines", "kept"),
    (B, "casework", "case", "moved"),
    (B, "jobcenter_bridge", "timelines", "moved"),
    (A, "jobcenter_bridge", "responsibility", "moved"),
    (A, "notify", "case-entries", "kept"),
    (A_JOBCENTER, "notify", "case-entries", "handed"),
    (A, "notify", "feed", "kept"),
    (A, "notify", "letters", "handed"),
)


@pytest.mark.parametrize(("agency", "service", "query", "name"), ALLOWED)
async def test_what_is_ones_own_is_answered(
    world: World, agency: str, service: str, query: str, name: str
) -> None:
    case = world.cases[name]
    asked = {
        "case": case.id,
        "file_reference": case.reference,
        "household_ref": HOUSEHOLD,
    }
    if case.handoff:
        asked["sheet_ref"] = case.handoff["sheet_ref"]

    answer = await world.post(agency, service, f"queries/{query}", taken(service, query, asked))

    assert answer.status_code == 200, answer.text
    assert case.id in answer.text or case.handoff["sheet_ref"] in answer.text


@pytest.mark.parametrize("agency", [agency.id for agency in AGENCIES])
async def test_everybody_learns_who_they_are_taken_for(world: World, agency: str) -> None:
    for service in SERVICES:
        found = await world.asked(agency, service, "whoami")

        assert (found["id"], found["role"]) == (agency, "system")


async def test_a_household_that_two_districts_name_alike_is_two_households(world: World) -> None:
    for district, own in ((A, "kept"), (B, "theirs")):
        found = await world.asked(district, "casework", "household", household_ref=HOUSEHOLD)

        assert [member["case"] for member in found["members"]] == [world.cases[own].id]


async def test_a_former_district_sees_who_was_responsible_until_it_handed_the_case_away(
    world: World,
) -> None:
    moved = world.cases["moved"]

    found = await world.asked(A, "jobcenter_bridge", "responsibility", case=moved.id)

    assert [one["agency"] for one in found["intervals"]] == [A, B]


async def test_a_former_district_is_told_nothing_of_what_comes_after_it(world: World) -> None:
    moved = world.cases["moved"]
    before = (await world.asked(A, "notify", "case-entries", case=moved.id))["entries"]

    await world.done(
        B, "casework", "record-circumstances",
        **body_about(COMMANDS["record-circumstances"], moved),
    )  # fmt: skip
    await world.sizes()

    after = (await world.asked(A, "notify", "case-entries", case=moved.id))["entries"]
    assert after == before
    assert before[-1]["type"] == "responsibility-changed.v1"
    theirs = (await world.asked(B, "notify", "case-entries", case=moved.id))["entries"]
    assert "circumstances-recorded.v1" in [entry["type"] for entry in theirs]


async def test_the_office_of_the_admitting_district_records_a_title_by_its_reference(
    world: World,
) -> None:
    about = {"district": HERE, "file_reference": world.cases["back"].reference}
    title = {"title_code": "s25-2", "issued_on": "2025-03-20", "valid_from": "2025-03-20",
             "valid_to": "2028-03-19"}  # fmt: skip
    before = await world.sizes()

    await world.done(A_OFFICE, "intake", "record-residence-title", **about, **title)

    assert (await world.sizes())["intake"] == before["intake"] + 1
