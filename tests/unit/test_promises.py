"""Exactly one agency per day: the check sees holes, overlaps and early endings."""

from datetime import date

import pytest

from services.platform.promises import Since, faults

FIRST, LAST = date(2025, 1, 2), date(2025, 3, 31)
DISTRICT, JOBCENTER = "district-12069", "jobcenter-12069"


def test_the_district_from_the_first_day_and_then_the_jobcenter_is_right() -> None:
    timeline = [Since(FIRST, DISTRICT), Since(date(2025, 3, 1), JOBCENTER)]

    assert list(faults(timeline, FIRST, LAST)) == []


def test_a_change_on_the_last_day_is_right() -> None:
    timeline = [Since(FIRST, DISTRICT), Since(LAST, JOBCENTER)]

    assert list(faults(timeline, FIRST, LAST)) == []


def test_a_change_that_is_agreed_for_later_is_right() -> None:
    timeline = [Since(FIRST, DISTRICT), Since(date(2025, 5, 1), JOBCENTER)]

    assert list(faults(timeline, FIRST, LAST)) == []


WRONG = {
    "nobody ever": ([], "0 agencies on 2025-01-02"),
    "nobody at first": ([Since(date(2025, 1, 3), DISTRICT)], "0 agencies on 2025-01-02"),
    "two from one day on": (
        [Since(FIRST, DISTRICT), Since(FIRST, JOBCENTER)],
        "two agencies from 2025-01-02 on",
    ),
    "an older claim said later": (
        [Since(FIRST, DISTRICT), Since(date(2025, 3, 1), JOBCENTER), Since(FIRST, DISTRICT)],
        "two agencies from 2025-01-02 on",
    ),
}


@pytest.mark.parametrize(("timeline", "fault"), WRONG.values(), ids=WRONG.keys())
def test_the_check_sees(timeline: list[Since], fault: str) -> None:
    assert fault in list(faults(timeline, FIRST, LAST))
