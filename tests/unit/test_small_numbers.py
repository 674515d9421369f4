"""Small numbers are not told, and cannot be reckoned from those that are."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.jobcenter_bridge.small_numbers import SMALLEST, hidden, part_of, shown, suppressed

CODES = st.sampled_from(["accepted", "completed", "expired", "rejected", "withdrawn"])
ROWS = st.lists(st.tuples(CODES, st.integers(0, 30)), max_size=60)


@given(persons=st.dictionaries(CODES, st.integers(1, 12)))
def test_what_is_left_out_of_a_sum_stands_for_five_persons_and_two_codes(
    persons: dict[str, int],
) -> None:
    left_out = hidden(persons)

    assert all(number >= SMALLEST for code, number in persons.items() if code not in left_out)
    missing = sum(persons[code] for code in left_out)
    assert not left_out or left_out == persons.keys() or (len(left_out) > 1 and missing >= SMALLEST)


@given(persons=st.dictionaries(CODES, st.integers(SMALLEST, 12)))
def test_nothing_is_left_out_where_every_number_is_large(persons: dict[str, int]) -> None:
    assert hidden(persons) == set()


@given(rows=ROWS)
def test_numbers_that_are_told_are_right_and_of_five_persons(rows: list[tuple[str, int]]) -> None:
    numbers = Counter(code for code, _ in rows)

    for code, number in suppressed(rows).items():
        persons = {case for one, case in rows if one == code}
        assert number is None or (number == numbers[code] and len(persons) >= SMALLEST)


def test_two_single_persons_beside_many_hide_the_many_too() -> None:
    rows = [("completed", n) for n in range(10)] + [("rejected", 10), ("expired", 11)]

    assert suppressed(rows) == {"completed": None, "expired": None, "rejected": None}


def test_five_handoffs_of_one_person_are_one_person() -> None:
    assert suppressed([("completed", 7)] * 5) == {"completed": None}
    assert shown(5, persons=1) is None


@pytest.mark.parametrize(
    ("persons", "of_persons", "told"),
    [(0, 0, 0), (0, 12, 0), (0, 3, None), (4, 12, None), (5, 12, 5), (8, 12, None), (12, 12, 12)],
)
def test_a_part_is_told_where_neither_it_nor_the_rest_is_small(
    persons: int, of_persons: int, told: int | None
) -> None:
    assert part_of(persons, persons, of_persons) == told
