"""A wrong name is corrected: who received it is told, and finds the right one with the sheet."""

from pathlib import Path
from typing import Any

from services.notify.tables import FeedRow, NoticeRow
from staffel_contracts.commands.intake import CorrectPerson
from tests.service.test_replay import HANDOFF, PERSON, a_spring, admit
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
