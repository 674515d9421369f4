"""A wrong name is corrected: who received it is told, and finds the right one with the sheet."""

from pathlib import Path
from typing import Any

from pydantic_core import from_json

from services.notify.tables import FeedRow, NoticeRow
from staffel_contracts.codes import HouseholdKind, SheetField
from staffel_contracts.commands.intake import (
    AdmitPerson,
    ChangeHousehold,
    CorrectPerson,
    FormHousehold,
)
from staffel_contracts.commands.notify import PropagateRectification
from tests.service.test_replay import HANDOFF, PERSON, a_spring, admit, recognise
from tests.support.entries import RECEIVER, SENDER
from tests.support.given import day
from tests.support.homely import house_at_home
from tests.support.house import House

FEED = FeedRow.__table__  # type: ignore[attr-defined]
NOTICE = NoticeRow.__table__  # type: ignore[attr-defined]
KIND = "rectification-propagated.v1"


def news(house: House) -> dict[str, list[dict[str, Any]]]:
    """Who was told in their feed that something was corrected."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in house.rows("notify", FEED):
        if row["event"]["type"] == KIND:
            found.setdefault(row["id"].rpartition("/")[0], []).append(row["event"])
    return found


def test_the_receiver_of_a_wrong_name_is_told_and_fetches_the_right_one(tmp_path: Path) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        a_spring(house)
        sheet = house.rows("jobcenter_bridge", HANDOFF)[0]["sheet_ref"]

        house.ask(
            CorrectPerson(**PERSON, corrected_on=day("2025-05-26"), given_name="Samirah"), SENDER
        )

        told = news(house)
        assert set(told) == {SENDER, RECEIVER}
        assert told[RECEIVER][0]["data"]["field_codes"] == ["given-name"]
        assert told[RECEIVER][0]["entry"].startswith("intake/")
        assert "Samirah" not in repr(told)
        mails = [n for n in house.rows("notify", NOTICE) if n["template"] == "data-corrected"]
        assert [mail["recipient"] for mail in mails] == [RECEIVER]
        fetched = house.query("casework", "handover-sheet", RECEIVER, sheet_ref=sheet)
        assert fetched["corrected"] == {"given-name": "Samirah"}
        assert fetched["fields"]["given-name"] == "Samira"
        assert house.faults() == []


def test_before_anything_was_handed_over_nobody_else_is_told(tmp_path: Path) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        admit(house)

        house.ask(
            CorrectPerson(**PERSON, corrected_on=day("2025-01-07"), given_name="Samirah"), SENDER
        )

        assert set(news(house)) == {SENDER}
        assert house.faults() == []


CHILD: dict[str, Any] = PERSON | {"file_reference": "50-4712"}


def a_child(house: House, agency: str = SENDER, **more: Any) -> str:
    command = AdmitPerson(
        **CHILD | {"household_ref": "H-1"} | more,
        admitted_on=day("2025-01-07"),
        given_name="Noor",
        family_name="Beispiel",
        birth_date=day("2019-03-01"),
        nationality="475",
        language="ar",
    )
    return str(house.ask(command, agency)["case"])


def a_family(house: House, **child: Any) -> tuple[str, str]:
    """A mother whose sheet went to the jobcenter, and a child that it tells of; their cases."""
    mother = admit(house, household_ref="H-1")
    of_child = a_child(house, **child)
    house.on("2025-03-21")
    recognise(house)
    house.on("2025-04-07")
    return mother, of_child


def birth_dates(house: House) -> set[str]:
    """Which birth dates of others the mother's sheet tells."""
    sheet = house.rows("jobcenter_bridge", HANDOFF)[0]["sheet_ref"]
    told = house.query("casework", "handover-sheet", RECEIVER, sheet_ref=sheet)
    return {one["birth_date"] for one in told["household"]}


def test_a_wrong_birth_date_of_a_child_is_told_to_whoever_got_it_on_the_mothers_sheet(
    tmp_path: Path,
) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        mother, child = a_family(house)
        assert birth_dates(house) == {"2019-03-01"}

        wish = CorrectPerson(**CHILD, corrected_on=day("2025-04-07"), birth_date=day("2018-03-01"))
        house.ask(wish, SENDER)

        (told,) = news(house)[RECEIVER]
        assert (told["subject"], told["data"]["field_codes"]) == (mother, ["household"])
        assert child not in repr(told)
        assert "2018" not in repr(told["data"])
        mails = [n for n in house.rows("notify", NOTICE) if n["template"] == "data-corrected"]
        assert [(m["recipient"], m["case_id"]) for m in mails] == [(RECEIVER, mother)]
        assert birth_dates(house) == {"2018-03-01"}
        assert house.faults() == []


def test_who_was_wrongly_said_to_live_with_others_is_corrected_where_they_stood(
    tmp_path: Path,
) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        mother, _child = a_family(house)

        house.ask(
            CorrectPerson(**CHILD, corrected_on=day("2025-04-07"), household_ref="H-2"), SENDER
        )

        assert [told["subject"] for told in news(house)[RECEIVER]] == [mother]
        assert birth_dates(house) == set()
        assert house.faults() == []


def test_whoever_got_a_birth_date_is_told_although_the_child_left_meanwhile(
    tmp_path: Path,
) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        mother, _child = a_family(house)
        own, left = PERSON["file_reference"], CHILD["file_reference"]
        together: dict[str, Any] = {
            "household_ref": "H-1",
            "household_kind": HouseholdKind.SINGLE_PARENT,
        }
        house.ask(
            FormHousehold(
                **PERSON, **together, formed_on=day("2025-04-07"), member_refs=(own, left)
            ),
            SENDER,
        )
        house.ask(
            ChangeHousehold(
                **PERSON,
                **together,
                changed_on=day("2025-04-07"),
                member_refs=(own,),
                left_refs=(left,),
            ),
            SENDER,
        )

        house.ask(
            CorrectPerson(**CHILD, corrected_on=day("2025-04-07"), birth_date=day("2018-03-01")),
            SENDER,
        )

        assert [told["subject"] for told in news(house)[RECEIVER]] == [mother]
        assert house.faults() == []


def test_a_corrected_name_of_a_child_is_on_no_sheet_but_its_own(tmp_path: Path) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        a_family(house)

        house.ask(CorrectPerson(**CHILD, corrected_on=day("2025-04-07"), given_name="Nour"), SENDER)

        assert set(news(house)) == {SENDER}


def test_what_no_correction_says_of_others_is_told_by_hand(tmp_path: Path) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        mother, _child = a_family(house)

        house.ask(
            PropagateRectification(
                case=mother,
                rectification_ref="intake/5",
                corrected_on=day("2025-04-07"),
                field_codes=(SheetField.HOUSEHOLD,),
            ),
            SENDER,
        )

        (told,) = news(house)[RECEIVER]
        assert told["data"]["field_codes"] == ["household"]
        assert house.faults() == []


def correct(house: House, **values: Any) -> None:
    house.ask(CorrectPerson(**CHILD, corrected_on=day("2025-04-07"), **values), SENDER)


def corrected_members(house: House) -> list[str]:
    """On whose cases casework said that another member was corrected."""
    lines = [from_json(line) for line in house.rooms["casework"].log.wires(0, 10_000)]
    kind = "household-member-corrected.v1"
    return [line["subject"] for line in lines if line["type"] == kind]


def test_who_was_forgotten_in_a_household_is_told_to_who_got_its_sheets(tmp_path: Path) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        mother, _child = a_family(house, household_ref="H-2")

        correct(house, household_ref="H-1")
        correct(house, birth_date=day("2018-03-01"))

        assert [told["subject"] for told in news(house)[RECEIVER]] == [mother, mother]
        assert birth_dates(house) == {"2018-03-01"}


def test_a_household_that_was_formed_later_counts_too(tmp_path: Path) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        mother, _child = a_family(house, household_ref=None)
        formed = FormHousehold(
            **PERSON,
            household_ref="H-1",
            household_kind=HouseholdKind.SINGLE_PARENT,
            formed_on=day("2025-04-07"),
            member_refs=(PERSON["file_reference"], CHILD["file_reference"]),
        )
        house.ask(formed, SENDER)

        correct(house, birth_date=day("2018-03-01"))

        assert [told["subject"] for told in news(house)[RECEIVER]] == [mother]


def test_nobody_is_told_of_others_whose_sheets_went_to_nobody(tmp_path: Path) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        admit(house, household_ref="H-1")
        child = a_child(house)

        house.ask(
            CorrectPerson(**CHILD, corrected_on=day("2025-01-07"), birth_date=day("2018-03-01")),
            SENDER,
        )

        assert corrected_members(house) == []
        assert [told["subject"] for told in news(house)[SENDER]] == [child]


def test_another_district_may_name_a_household_alike(tmp_path: Path) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        mother, _child = a_family(house)
        a_child(house, "district-13074", district="13074")

        correct(house, birth_date=day("2018-03-01"))

        assert corrected_members(house) == [mother]
