"""Every parameter of every query: what is of the wrong kind is refused with its name."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic_core import from_json, to_json

from services.chassis.access import Caller, Query
from services.chassis.agencies import Agency
from services.chassis.asking.querying import Queries
from services.chassis.clock import RealClock
from services.chassis.restricting import Restricted
from services.chassis.store.database import open_database
from services.chassis.store.migrate import migrate
from services.platform.config import SERVICES
from services.platform.services import service_named
from staffel_contracts.codes import AgencyKind, Role

WRONG: list[Any] = [None, True, 7, 1.5, [], ["x"], {"a": "b"}]
"""No text; 7 is none, but is a number."""
ODD = ["", "%", "x" * 5_000, "2025-13-45", "\u202e", "'; --"]
"""Texts that mean nothing."""


@pytest.fixture(scope="module", params=SERVICES)
def asked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A service's queries on an empty database."""
    url = f"sqlite:///{tmp_path_factory.mktemp('queries')}/{request.param}.sqlite"
    migrate(request.param, url)
    engine, service = open_database(url, read_only=True), service_named(request.param)
    queries = Queries(service, engine, Restricted(RealClock()), lambda _: None)
    yield service.queries, queries
    queries.close()
    engine.dispose()


def caller_of(query: Query) -> Caller:
    """Somebody who may ask it."""
    access = query.access
    kind = AgencyKind.DISTRICT if AgencyKind.DISTRICT in access.may else min(access.may)
    named = f"{kind.value.replace('_', '-')}-12069"
    agency = Agency(id=named, kind=kind, name=named, district="12069")
    return Caller(agency, named, min(access.roles, key=Role), next(iter(access.purposes)))


def answers(asked: Any, values: list[Any]) -> list[tuple[str, Any, int, dict[str, Any]]]:
    """What each query says to each of these values as each of its parameters."""
    found = []
    known, queries = asked
    for name, query in known.items():
        for param in query.access.takes:
            for value in values:
                answer = queries.answer(name, to_json({param: value}), caller_of(query))
                found.append((param, value, answer.status, from_json(answer.body)))
    return found


def test_what_is_no_text_and_no_number_is_refused_with_its_name(asked: Any) -> None:
    for param, value, status, body in answers(asked, WRONG):
        if value == 7 and param in {"start", "limit"}:
            continue
        assert (status, body["code"], body["field"]) == (422, "invalid", param), (value, body)


def test_a_text_that_means_nothing_finds_nothing_or_is_refused(asked: Any) -> None:
    for param, value, status, body in answers(asked, ODD):
        assert status in {200, 404, 422}, (param, value, body)
