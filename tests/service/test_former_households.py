"""Whoever moved on is corrected also where they lived before: on every sheet that told of them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from services.casework.beside import told_of
from services.casework.tables import HandoverSheetRow, MembershipRow, PersonCopyRow
from services.chassis.decider import Heard
from services.chassis.keys.erasures import Erasure
from services.chassis.store.leftovers import leftovers
from services.chassis.work import ErasureWork
from services.jobcenter_bridge.tables import HandoffRow
from staffel_contracts.codes import ErasureBasis, HouseholdKind, ProtectionKind, RestrictionReason
from staffel_contracts.commands.casework import RestrictProcessing
from staffel_contracts.commands.intake import (
    AdmitPerson,
    ChangeHousehold,
    CorrectPerson,
    FormHousehold,
    RecordAsylumRecognition,
)
from staffel_contracts.facts.intake import PersonCorrected
from tests.service.test_corrections import corrected_members, news
from tests.support.entries import RECEIVER, SENDER
from tests.support.given import day
from tests.support.homely import NAMES
from tests.support.house import House, new_house
from tests.support.postgres import Postgres

MEMBERSHIP: Any = MembershipRow.__table__  # type: ignore[attr-defined]
PERSON: Any = PersonCopyRow.__table__  # type: ignore[attr-defined]
SHEET: Any = HandoverSheetRow.__table__  # type: ignore[attr-defined]
HANDOFF: Any = HandoffRow.__table__  # type: ignore[attr-defined]
WRONG, RIGHT = day("2019-03-01"), day("2018-03-01")


on_both = pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Four services on SQLite, some tests on PostgreSQL as well; it is 7 January 2025."""
    with ExitStack() as stack:
        if getattr(request, "param", "sqlite") == "sqlite":
            urls = {name: f"sqlite:///{tmp_path / name}.db" for name in NAMES}
        else:
            postgres: Postgres = request.getfixturevalue("postgres")
            urls = {name: stack.enter_context(postgres.fresh_database()) for name in NAMES}
        yield stack.enter_context(new_house(urls, tmp_path, "2025-01-07"))


def file_of(who: str) -> dict[str, Any]:
    return {"district": "12069", "file_reference": f"50-{who}"}


def admit(house: House, who: str, household: str | None = None, born: str = "1994-05-17") -> str:
    command = AdmitPerson(
        **file_of(who),
        admitted_on=day("2025-01-07"),
        given_name=who,
        family_name="Beispiel",
        birth_date=day(born),
        nationality="475",
        language="ar",
        household_ref=household,
    )
    return str(house.ask(command, SENDER)["case"])


def a_child(house: House, household: str | None = None) -> str:
    return admit(house, "Noor", household, WRONG.isoformat())


def recognise(house: House, *names: str) -> None:
    """Their sheets are complete, and handed to the jobcenter, when the decision is final."""
    for who in names:
        command = RecordAsylumRecognition(
            **file_of(who),
            protection_kind=ProtectionKind.REFUGEE_S3,
            decided_on=day("2025-03-17"),
            served_on=day("2025-03-20"),
            received_on=day("2025-03-21"),
        )
        house.ask(command, SENDER)


def sheets_on(house: House, today: str, *names: str) -> None:
    house.on("2025-03-21")
    recognise(house, *names)
    house.on(today)


def form(house: House, household: str, *names: str) -> None:
    """The household is told anew: these are its members."""
    told: dict[str, Any] = {"household_ref": household, "household_kind": HouseholdKind.FAMILY}
    told["member_refs"] = tuple(f"50-{who}" for who in names)
    today = house.clock.now().date()
    answer = house.ask(FormHousehold(**file_of(names[0]), **told, formed_on=today), SENDER)
    if "entries" not in answer:
        command = ChangeHousehold(**file_of(names[0]), **told, changed_on=today)
        answer = house.ask(command, SENDER)
    assert "entries" in answer, answer


def leave(house: House, household: str, who: str, *left: str) -> None:
    """They belong to no household from now on."""
    command = ChangeHousehold(
        **file_of(who),
        household_ref=household,
        household_kind=HouseholdKind.FAMILY,
        changed_on=house.clock.now().date(),
        member_refs=tuple(f"50-{one}" for one in left),
        left_refs=(f"50-{who}",),
    )
    assert "entries" in house.ask(command, SENDER)


def correct(house: House, who: str = "Noor", **values: Any) -> None:
    today = house.clock.now().date()
    answer = house.ask(CorrectPerson(**file_of(who), corrected_on=today, **values), SENDER)
    assert "entries" in answer, answer


def told(house: House) -> list[str]:
    """On whose cases the receiver was told of a correction, each time."""
    return sorted(one["subject"] for one in news(house).get(RECEIVER, []))


def shown(house: House, case: str) -> set[str]:
    """Which birth dates of others the sheet of a case tells just now."""
    (sheet,) = [row["sheet_ref"] for row in house.rows("casework", SHEET) if row["case_id"] == case]
    answer = house.query("casework", "handover-sheet", RECEIVER, sheet_ref=sheet)
    return {one["birth_date"] for one in answer["household"]}


def lived(house: House, case: str) -> list[tuple[str, bool]]:
    """The households of a person, in order, and whether they belong to it still."""
    rows = [row for row in house.rows("casework", MEMBERSHIP) if row["case_id"] == case]
    rows.sort(key=lambda row: int(row["membership_id"].rpartition("/")[2]))
    return [(row["household_ref"], row["until"] is None) for row in rows]


def erase(house: House, case: str) -> None:
    """The person asks for it; casework decides, and the others hear of it."""
    (row,) = [row for row in house.rows("casework", PERSON) if row["case_id"] == case]
    key = house.keyring.keys_of([row["person_id"]])[row["person_id"]]
    erasure, basis = Erasure(key.key_id, key.owner, case, ""), ErasureBasis.REQUESTED.value
    for name in ("casework", "intake", "jobcenter_bridge", "notify"):
        room = house.rooms[name]
        with room.engine.connect() as conn:
            left = leftovers(conn, {key.key_id: case})[key.key_id]
        answer = house._run(room, ErasureWork(erasure, left, basis))  # noqa: SLF001
        if basis:
            assert answer.status == 200, answer
            wires = room.log.wires(0, 10_000)
            erasure, basis = erasure._replace(entry=wires[-1].decode()), ""
    house.keyring.destroy([erasure])
    house.carry()


@on_both
def test_who_moved_on_is_corrected_where_they_lived_before(house: House) -> None:
    mother, child = admit(house, "Samira", "H-1"), a_child(house, "H-1")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-2", "Noor")
    house.on("2025-04-09")

    correct(house, birth_date=RIGHT)

    assert told(house) == [mother]
    assert lived(house, child) == [("H-1", False), ("H-2", True)]
    assert not {"H-2", child} & set(repr(news(house)[RECEIVER]).split("'"))
    assert house.faults() == []


def test_all_households_are_told_of_whoever_lived_in_three(house: House) -> None:
    mothers = [admit(house, f"M{n}", f"H-{n}") for n in (1, 2, 3)]
    child = a_child(house, "H-1")
    form(house, "H-2", "M2", "Noor")
    sheets_on(house, "2025-04-07", "M1", "M2", "M3")
    form(house, "H-3", "M3", "Noor")

    correct(house, birth_date=RIGHT)

    assert lived(house, child) == [("H-1", False), ("H-2", False), ("H-3", True)]
    # The sheet of the first was made when the child had moved on, and never told of it.
    assert told(house) == sorted(mothers[1:])
    assert house.faults() == []


@on_both
def test_who_moved_back_is_told_of_once(house: House) -> None:
    mother, child = admit(house, "Samira", "H-1"), a_child(house, "H-1")
    form(house, "H-2", "Noor")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-1", "Samira", "Noor")

    correct(house, birth_date=RIGHT)

    assert lived(house, child) == [("H-1", False), ("H-2", False), ("H-1", True)]
    assert told(house) == [mother]
    assert house.faults() == []


def test_a_sheet_that_was_made_after_they_left_never_told_of_them(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    a_child(house, "H-1")
    form(house, "H-2", "Noor")
    sheets_on(house, "2025-04-07", "Samira")
    assert shown(house, mother) == set()

    correct(house, birth_date=RIGHT)

    assert told(house) == []


def test_who_came_into_the_household_after_they_left_never_told_of_them(house: House) -> None:
    admit(house, "Samira")
    a_child(house, "H-1")
    form(house, "H-2", "Noor")
    house.on("2025-01-08")
    form(house, "H-1", "Samira")
    sheets_on(house, "2025-04-07", "Samira")

    correct(house, birth_date=RIGHT)

    assert (corrected_members(house), told(house)) == ([], [])


def test_a_sheet_that_was_made_before_they_joined_tells_of_them_too(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    a_child(house)
    sheets_on(house, "2025-04-07", "Samira")
    assert shown(house, mother) == set()
    form(house, "H-1", "Samira", "Noor")
    assert shown(house, mother) == {WRONG.isoformat()}
    form(house, "H-2", "Noor")
    house.on("2025-04-09")

    correct(house, birth_date=RIGHT)

    assert told(house) == [mother]


def test_who_left_with_their_sheet_never_told_of_whom_they_met_elsewhere(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    a_child(house, "H-2")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-2", "Samira", "Noor")
    assert shown(house, mother) == set()

    correct(house, birth_date=RIGHT)

    assert (corrected_members(house), told(house)) == ([], [])


def test_who_is_corrected_twice_is_told_of_twice(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    a_child(house, "H-1")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-2", "Noor")

    correct(house, birth_date=RIGHT)
    house.on("2025-04-09")
    correct(house, birth_date=day("2018-04-01"))

    assert told(house) == [mother, mother]


@on_both
def test_a_wrong_household_is_corrected_where_it_was_told_and_where_it_was_missing(
    house: House,
) -> None:
    first, wrong, right = (admit(house, f"M{n}", f"H-{n}") for n in (1, 2, 3))
    a_child(house, "H-1")
    sheets_on(house, "2025-04-07", "M1", "M2", "M3")
    form(house, "H-2", "M2", "Noor")

    correct(house, household_ref="H-3")

    assert first not in told(house)
    assert told(house) == sorted([wrong, right])

    correct(house, birth_date=RIGHT)

    assert told(house) == sorted([first, wrong, wrong, right, right])
    assert house.faults() == []


def test_who_left_and_joined_nobody_is_corrected_where_they_lived(house: House) -> None:
    mother = admit(house, "Samira", "H-1")
    child = a_child(house, "H-1")
    form(house, "H-1", "Samira", "Noor")
    sheets_on(house, "2025-04-07", "Samira")
    leave(house, "H-1", "Noor", "Samira")
    house.on("2025-04-09")

    correct(house, birth_date=RIGHT)

    assert lived(house, child) == [("H-1", False)]
    assert told(house) == [mother]
    assert house.faults() == []


def test_data_that_is_only_stored_is_corrected_all_the_same(house: House) -> None:
    mother, child = admit(house, "Samira", "H-1"), a_child(house, "H-1")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-2", "Noor")
    contested = RestrictionReason.ACCURACY_CONTESTED
    for case in (mother, child):
        today = day("2025-04-07")
        house.ask(RestrictProcessing(case=case, restricted_on=today, reason_code=contested), SENDER)

    correct(house, birth_date=RIGHT)

    assert told(house) == [mother]


@on_both
def test_an_erased_person_is_in_no_household_and_told_of_nobody(house: House) -> None:
    mother, aunt = admit(house, "Samira", "H-1"), admit(house, "Amal", "H-1", "1950-02-03")
    child = a_child(house, "H-1")
    sheets_on(house, "2025-04-07", "Samira")
    form(house, "H-2", "Noor")
    erase(house, aunt)

    correct(house, birth_date=RIGHT)

    assert lived(house, aunt) == []
    assert told(house) == [mother]
    assert house.faults() == []

    erase(house, child)

    assert lived(house, child) == []
    assert lived(house, mother) == [("H-1", True)]
    assert house.faults() == []


def test_many_corrections_are_looked_up_at_once(house: House) -> None:
    mothers = [admit(house, f"M{n}", f"H-{n}") for n in range(3)]
    children = [admit(house, f"C{n}", f"H-{n}", WRONG.isoformat()) for n in range(3)]
    sheets_on(house, "2025-04-07", "M0", "M1", "M2")
    heard = [
        Heard(fact, "intake", 99 + n, child, "p-1", "12069", house.clock.now(), f"{n}")
        for n, child in enumerate(children)
        for fact in (PersonCorrected(corrected_on=day("2025-04-07"), birth_date=RIGHT),)
    ]
    asked: list[str] = []
    engine = house.rooms["casework"].engine
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    with engine.connect() as conn:
        found = told_of(conn, heard)

    assert [[*cases] for cases in found] == [[mother] for mother in mothers]
    assert sum("SELECT" in one for one in asked) == 3  # by case, by household, sheets
