"""While data is only stored, one letter alone reaches the person: that this is to end."""

from pathlib import Path

from services.casework.tables import RestrictionRow
from staffel_contracts.codes import RestrictionReason
from staffel_contracts.commands.casework import AnnounceRestrictionEnd, RestrictProcessing
from tests.service.test_replay import admit, recognise
from tests.support.entries import RECEIVER, SENDER
from tests.support.given import day
from tests.support.homely import house_at_home
from tests.support.house import House

RESTRICTION = RestrictionRow.__table__  # type: ignore[attr-defined]
TODAY = day("2025-04-07")
CONTESTED = RestrictionReason.ACCURACY_CONTESTED


def waiting(house: House, agency: str = SENDER) -> dict[str, str]:
    """The letters that an agency has to hand over: their ids by template."""
    house.restricted.take({r["case_id"]: r["until"] for r in house.rows("casework", RESTRICTION)})
    found = house.query("notify", "letters", agency)["letters"]
    return {one["template"]: one["letter_id"] for one in found}


def test_the_letter_that_a_restriction_ends_is_shown_and_no_other(tmp_path: Path) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        case = admit(house)
        house.on("2025-03-21")
        recognise(house)
        house.on("2025-04-07")
        before = waiting(house)
        house.ask(RestrictProcessing(case=case, restricted_on=TODAY, reason_code=CONTESTED), SENDER)
        hidden = waiting(house)

        house.ask(
            AnnounceRestrictionEnd(
                case=case, reason_code=CONTESTED, announced_on=TODAY, ends_on=day("2025-04-14")
            ),
            SENDER,
        )

        shown = waiting(house)
        assert "benefits-end" in before
        assert (hidden, [*shown]) == ({}, ["restriction-ends"])
        letter = house.query("notify", "letter", SENDER, letter_id=shown["restriction-ends"])
        assert "14.04.2025" in letter["text"]
        other = house.query("notify", "letter", SENDER, letter_id=before["benefits-end"])
        assert other["code"] == "processing-restricted"
        assert waiting(house, RECEIVER) == {}

        house.ask(
            RestrictProcessing(
                case=case,
                restricted_on=TODAY,
                reason_code=CONTESTED,
                until=day("2025-04-06"),
                informed_on=TODAY,
            ),
            SENDER,
        )

        assert waiting(house) == before
        assert house.faults() == []
