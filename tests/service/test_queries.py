"""An agency asks and gets what is its own, and nothing of another's."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from services.chassis.decider import Refused
from services.chassis.store.database import open_database
from services.chassis.store.migrate import migrate
from services.intake.api import PERSON, person
from services.notify.api import feed, feed_status
from services.notify.feeds import FeedSource
from services.notify.views import FEED, feed_id

KNOWN: dict[str, Any] = {
    "key": "12069/PM-1",
    "case_id": "c-1",
    "person_id": "p-1",
    "admitted_on": date(2025, 1, 7),
    "decision": "recognised",
    "decided_on": date(2025, 2, 20),
    "served_on": date(2025, 2, 25),
    "received_on": date(2025, 2, 28),
    "titles": 0,
    "records": {},
}


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Connection]:
    yield from database(tmp_path, "intake")


@pytest.fixture
def notify(tmp_path: Path) -> Iterator[Connection]:
    yield from database(tmp_path, "notify")


def database(folder: Path, service: str) -> Iterator[Connection]:
    url = f"sqlite:///{folder / 'db.sqlite'}"
    migrate(service, url)
    engine = open_database(url)
    with engine.connect() as conn:
        yield conn
    engine.dispose()


def test_a_district_learns_the_case_and_the_dates_of_its_file_reference(
    intake: Connection,
) -> None:
    intake.execute(PERSON.insert().values(KNOWN))

    found = person(intake, "district-12069", {"file_reference": "PM-1"})

    assert (found["case"], found["decision"]) == ("c-1", "recognised")
    assert (found["admitted_on"], found["served_on"]) == (date(2025, 1, 7), date(2025, 2, 25))
    assert "person_id" not in found


@pytest.mark.parametrize(
    "agency", ["district-14612", "immigration-office-12069", "jobcenter-12069", "12069", ""]
)
def test_nobody_else_learns_whether_there_is_such_a_person(intake: Connection, agency: str) -> None:
    intake.execute(PERSON.insert().values(KNOWN))

    with pytest.raises(Refused, match="not-found"):
        person(intake, agency, {"file_reference": "PM-1"})


@pytest.mark.parametrize("reference", [None, 1, ["PM-1"], {"a": 1}])
def test_a_reference_that_is_no_text_is_refused_by_its_name(
    intake: Connection, reference: Any
) -> None:
    with pytest.raises(Refused) as refused:
        person(intake, "district-12069", {"file_reference": reference})

    assert (refused.value.code, refused.value.field) == ("invalid", "file_reference")


AGENCIES = {"jobcenter-1": 12, "jobcenter-10": 3, "jobcenter-1/0": 1, "Jobcenter-1": 2}


@pytest.fixture
def feeds(notify: Connection) -> Connection:
    rows = [
        {"id": feed_id(agency, n), "case_id": "c-1", "event": {"of": agency, "feedindex": n}}
        for agency, size in AGENCIES.items()
        for n in range(size)
    ]
    notify.execute(FEED.insert(), rows)
    notify.commit()
    return notify


@pytest.mark.parametrize("agency", AGENCIES)
def test_an_agency_reads_its_own_feed_in_order_and_no_other(feeds: Connection, agency: str) -> None:
    found = feed(feeds, agency, {})["entries"]
    feeds.rollback()  # the test writes with this engine, which lets in one at a time

    assert found == [{"of": agency, "feedindex": n} for n in range(AGENCIES[agency])]
    assert FeedSource(feeds.engine, agency).size() == AGENCIES[agency]
    assert FeedSource(feeds.engine, agency).events(0, 100) == found


def test_a_feed_is_read_in_pieces(feeds: Connection) -> None:
    found = feed(feeds, "jobcenter-1", {"start": 5, "limit": 4})["entries"]

    assert [event["feedindex"] for event in found] == [5, 6, 7, 8]


def test_whoever_is_ahead_of_the_feed_is_told_and_does_not_wait_for_ever(
    feeds: Connection,
) -> None:
    end = AGENCIES["jobcenter-1"]

    assert feed(feeds, "jobcenter-1", {"start": end})["entries"] == []
    with pytest.raises(Refused, match=f"the feed has {end} entries") as refused:
        feed(feeds, "jobcenter-1", {"start": end + 1})

    assert (refused.value.code, refused.value.field) == ("invalid", "start")


@pytest.mark.parametrize("params", [{"start": -1}, {"limit": "1"}, {"start": 1.5}])
def test_a_number_that_is_none_is_refused_by_its_name(
    feeds: Connection, params: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        feed(feeds, "jobcenter-1", params)

    assert (refused.value.code, refused.value.field) == ("invalid", next(iter(params)))


MOMENTS = (
    "2025-03-21T08:00:00.000000Z",
    "2025-03-21T08:00:00.500000Z",
    "2025-03-22T00:00:00.000000Z",
)


@pytest.fixture
def told(notify: Connection) -> Connection:
    rows = [
        {"id": feed_id("jobcenter-1", n), "case_id": "c-1", "event": {"feedindex": n, "time": time}}
        for n, time in enumerate(MOMENTS)
    ]
    notify.execute(FEED.insert(), rows)
    notify.commit()
    return notify


@pytest.mark.parametrize(
    ("since", "start"),
    [
        ("2025-03-01T00:00:00Z", 0),
        ("2025-03-21T09:00:00.25+01:00", 1),
        ("2025-03-21T08:00:00.5Z", 1),
        ("2025-04-01T00:00:00Z", 3),
    ],
)
def test_a_feed_is_read_from_a_moment_on(told: Connection, since: str, start: int) -> None:
    found = feed(told, "jobcenter-1", {"since": since})

    assert found["start"] == start
    assert [event["feedindex"] for event in found["entries"]] == list(range(start, 3))


@pytest.mark.parametrize("since", ["yesterday", "2025-03-21T08:00:00", 7, None])
def test_a_moment_that_is_none_is_refused_by_its_name(told: Connection, since: Any) -> None:
    with pytest.raises(Refused) as refused:
        feed(told, "jobcenter-1", {"since": since})

    assert (refused.value.code, refused.value.field) == ("invalid", "since")


def test_the_status_of_a_feed_is_its_length_and_its_last_moment(told: Connection) -> None:
    assert feed_status(told, "jobcenter-1", {}) == {"head": 3, "last_time": MOMENTS[2]}
    assert feed_status(told, "jobcenter-10", {}) == {"head": 0, "last_time": None}
