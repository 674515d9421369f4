"""A case replayed over three services: as it was, as it was known, and step by step."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.chassis.folding.rebuild import folded_tables
from services.chassis.folding.replay import reach_at, replay
from services.chassis.legal_calendar import start_of_day
from services.chassis.store.database import open_database
from services.chassis.store.history import Databases
from services.jobcenter_bridge.tables import AdmissionRow, HandoffRow
from services.platform.audit.books import Books
from services.platform.audit.comparing import among, since
from services.platform.audit.following import Step, in_order, steps_of
from services.platform.audit.known import Answer, known_of
from staffel_contracts.codes import ProtectionKind
from staffel_contracts.commands.intake import AdmitPerson, RecordAsylumRecognition
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    NotifyBenefitStart,
)
from tests.support.entries import RECEIVER, SENDER
from tests.support.erasing import destroy
from tests.support.given import day
from tests.support.house import House, new_house
from tests.support.postgres import Postgres

NAMES = ("intake", "casework", "jobcenter_bridge")
PERSON: dict[str, Any] = {"district": "12069", "file_reference": "50-4711"}
ADMISSION = AdmissionRow.__table__  # type: ignore[attr-defined]
HANDOFF = HandoffRow.__table__  # type: ignore[attr-defined]
Tables = dict[str, dict[str, dict[Any, dict[str, Any]]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield {name: f"sqlite:///{tmp_path / name}.db" for name in NAMES}
        else:
            postgres: Postgres = request.getfixturevalue("postgres")
            yield {name: stack.enter_context(postgres.fresh_database()) for name in NAMES}


@pytest.fixture
def house(urls: dict[str, str], tmp_path: Path) -> Iterator[House]:
    with new_house(urls, tmp_path, "2025-01-07") as house:
        yield house


@pytest.fixture
def books(house: House, urls: dict[str, str]) -> Iterator[Books]:
    engines = {name: open_database(url, read_only=True) for name, url in urls.items()}
    yield Books(Databases(engines), house.keyring, engines, NAMES)
    for engine in engines.values():
        engine.dispose()


def admit(house: House, **more: Any) -> str:
    command = AdmitPerson(
        **PERSON | more,
        admitted_on=day("2025-01-07"),
        given_name="Samira",
        family_name="Beispiel",
        birth_date=day("1994-05-17"),
        nationality="475",
        language="ar",
    )
    return str(house.ask(command, SENDER)["case"])


def recognise(house: House) -> None:
    command = RecordAsylumRecognition(
        **PERSON,
        protection_kind=ProtectionKind.REFUGEE_S3,
        decided_on=day("2025-03-17"),
        served_on=day("2025-03-20"),
        received_on=day("2025-03-21"),
    )
    house.ask(command, SENDER)


def answer(house: House, kind: Any, case: str, **more: Any) -> None:
    (row,) = house.rows("jobcenter_bridge", HANDOFF)
    told = house.ask(kind(case=case, handoff_id=row["handoff_id"], **more), RECEIVER)
    assert "entries" in told, told


def live(house: House) -> Tables:
    found: Tables = {}
    for name, room in house.rooms.items():
        found[name] = {}
        for table in folded_tables(room.service):
            (key,) = table.primary_key.columns
            found[name][table.name] = {row[key.name]: row for row in house.rows(name, table)}
    return found


def replayed(house: House, books: Books, moment: datetime, case: str | None = None) -> Tables:
    found: Tables = {}
    for name, room in house.rooms.items():
        reach = reach_at(room.service, books.history, moment=moment)
        done = replay(room.service, books.history, house.keyring, reach, case=case)
        rows = {t.name: dict(done.folded.table(t).items()) for t in folded_tables(room.service)}
        found[name] = rows
    return found


def a_spring(house: House) -> tuple[str, dict[str, Tables]]:
    """A case from admission to the start of benefits, and the tables at the end of each step."""
    case = admit(house)
    seen = {"2025-01-07": live(house)}
    house.on("2025-03-21")
    recognise(house)
    seen["2025-03-21"] = live(house)
    house.on("2025-04-07")
    seen["2025-04-07"] = live(house)
    digest = house.rows("jobcenter_bridge", HANDOFF)[0]["sheet_digest"]
    house.on("2025-04-08")
    answer(house, ConfirmDelivery, case, sheet_digest=digest, receipt_ref="receipt-1")
    answer(house, AcknowledgeHandoff, case, unit_ref="team-7")
    house.on("2025-05-19")
    answer(house, AcceptHandoff, case, effective_on=day("2025-05-01"), sheet_digest=digest)
    house.on("2025-05-26")
    answer(house, NotifyBenefitStart, case, starts_on=day("2025-05-01"))
    seen["2025-05-26"] = live(house)
    return case, seen


def end_of(text: str) -> datetime:
    return start_of_day(day(text)) + timedelta(days=1, microseconds=-1)


def test_at_each_moment_all_services_are_what_they_were(house: House, books: Books) -> None:
    case, seen = a_spring(house)

    for text, tables in seen.items():
        assert replayed(house, books, end_of(text)) == tables

    of_case = replayed(house, books, end_of("2025-04-07"), case)
    assert of_case["jobcenter_bridge"] == seen["2025-04-07"]["jobcenter_bridge"]


def test_what_changed_since_is_told_row_by_row(house: House, books: Books) -> None:
    case, _ = a_spring(house)
    service = house.rooms["jobcenter_bridge"].service
    reach = reach_at(service, books.history, moment=end_of("2025-04-07"))
    then = replay(service, books.history, house.keyring, reach, case=case)
    now = replay(
        service, books.history, house.keyring, reach_at(service, books.history, moment=LATER)
    )

    with books.engines["jobcenter_bridge"].connect() as conn:
        found = list(among(service, conn, then.folded, now.folded))
        unchanged = list(since(service, conn, now.folded))

    status = next(c for c in found if c.table == "handoff" and c.column == "responsible")
    assert (status.then, status.now) == (SENDER, RECEIVER)
    assert unchanged == []


LATER = end_of("2025-06-30")


def known(house: House, books: Books, case: str, text: str, moment: datetime) -> Answer:
    service = house.rooms["jobcenter_bridge"].service
    reach = reach_at(service, books.history, moment=moment)
    bridge = replay(service, books.history, house.keyring, reach, case=case)
    return known_of(day(text), bridge, steps_of(books, case, moment))


def test_who_was_responsible_as_it_was_known_then_and_as_it_is_known_now(
    house: House, books: Books
) -> None:
    case, _ = a_spring(house)

    then = known(house, books, case, "2025-05-20", end_of("2025-05-10"))
    now = known(house, books, case, "2025-05-20", LATER)

    assert then.responsible["benefits"]["responsible"] == SENDER
    assert now.responsible["benefits"]["responsible"] == RECEIVER
    assert then.responsible["benefits"]["covered_by"] == []
    assert now.responsible["benefits"]["covered_by"] == [f"benefits {RECEIVER}"]
    assert "handoff-accepted" not in then.decided
    assert now.decided["handoff-accepted"].leaf.validon == "2025-05-01"


def test_a_case_is_followed_with_its_causes_before_its_effects(house: House, books: Books) -> None:
    case, _ = a_spring(house)

    steps = steps_of(books, case)

    places = {step.leaf.id: n for n, step in enumerate(steps)}
    told = [step for step in steps if step.leaf.cause in places]
    assert told
    assert all(places[step.leaf.cause] < places[step.leaf.id] for step in told)
    assert [s.leaf.type for s in steps[:2]] == ["person-admitted.v1", "case-opened.v1"]
    first = steps[0].as_json()
    assert first["effects"] == ["jobcenter_bridge/0"]
    assert (first["agency"], first["role"]) == (SENDER, "caseworker")
    assert first["label"] == {"de": "Person aufgenommen", "en": "person admitted"}


def test_a_cause_comes_first_even_where_its_clock_is_late(house: House, books: Books) -> None:
    case, _ = a_spring(house)
    steps = steps_of(books, case)
    early = {"jobcenter_bridge": "2024-01-01T00:00:00.000000Z"}
    skewed = [
        Step(s.leaf._replace(time=early.get(s.leaf.id.split("/")[0], s.leaf.time)), s.fact)
        for s in steps
    ]

    ordered = list(in_order(skewed))

    places = {step.leaf.id: n for n, step in enumerate(ordered)}
    assert len(ordered) == len(steps)
    assert all(places.get(s.leaf.cause, -1) < places[s.leaf.id] for s in ordered)


def test_an_erased_case_shows_as_erased(house: House, books: Books) -> None:
    case, _ = a_spring(house)
    person = house.rows("jobcenter_bridge", ADMISSION)[0]["person_id"]
    destroy(house.keyring, person, case)

    steps = steps_of(books, case)

    assert steps
    assert all(step.as_json()["erased"] and step.as_json()["data"] is None for step in steps)
    tables = replayed(house, books, LATER, case)
    assert all(rows == {} for of in tables.values() for rows in of.values())
