"""Answers to queries leave out those whose data is only stored, for as long as that stands."""

from datetime import UTC, date, datetime

import pytest

from services.chassis.clock import SetClock
from services.chassis.decider import Refused
from services.chassis.restricting import Restricted
from staffel_contracts.codes import RefusalCode

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def restricted() -> Restricted:
    found = Restricted(SetClock(NOON))
    found.take({"c-1": None, "c-2": date(2026, 5, 4), "c-3": date(2026, 5, 3)})
    return found


@pytest.mark.parametrize("name", ["case", "case_id"])
@pytest.mark.parametrize("case", ["c-1", "c-2"])
def test_an_answer_about_one_of_them_is_refused(
    restricted: Restricted, name: str, case: str
) -> None:
    with pytest.raises(Refused) as refused:
        restricted.shown({name: case, "end_on": None})

    assert refused.value.code is RefusalCode.PROCESSING_RESTRICTED


@pytest.mark.parametrize("case", ["c-3", "c-4"])
def test_an_answer_about_another_is_given(restricted: Restricted, case: str) -> None:
    assert restricted.shown({"case": case}) == {"case": case}


def test_a_list_goes_on_with_the_others(restricted: Restricted) -> None:
    listed = [{"case": "c-1"}, {"case_id": "c-2"}, {"case": "c-3"}, "no case"]

    assert restricted.shown({"cases": listed, "next": None}) == {
        "cases": [{"case": "c-3"}, "no case"],
        "next": None,
    }


def test_a_restriction_is_over_after_its_last_day(restricted: Restricted) -> None:
    restricted.take({"c-2": date(2026, 5, 3)})

    restricted.check("c-2")
