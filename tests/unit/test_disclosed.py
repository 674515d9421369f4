"""What a reader makes of entries that a newer version of the contracts said."""

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from staffel_contracts.client import Disclosed
from staffel_contracts.codes import CourseKind
from staffel_contracts.codes.base import unknown_codes_tolerated
from staffel_contracts.facts.casework import CourseEnrolled
from staffel_contracts.samples import fact_sample

DATA = fact_sample(CourseEnrolled, full=True)


def disclosed(data: Any, kind: str = CourseEnrolled.TYPE) -> Disclosed:
    """An entry with this data."""
    return Disclosed(0, kind, "c-1", {"feedindex": 0, "type": kind, "data": data})


def test_a_code_that_is_not_known_yet_is_read_with_its_value_as_its_label() -> None:
    fact = disclosed(DATA | {"course_kind": "evening"}).fact

    assert isinstance(fact, CourseEnrolled)
    assert (fact.course_kind, fact.course_kind.de) == ("evening", "evening")
    assert not fact.course_kind.known
    assert fact.model_dump(mode="json")["course_kind"] == "evening"


def test_a_known_code_stays_the_member_of_its_list() -> None:
    fact = disclosed(DATA).fact

    assert isinstance(fact, CourseEnrolled)
    assert fact.course_kind is CourseKind(DATA["course_kind"])
    assert fact.course_kind.known


def test_what_is_decided_here_takes_no_unknown_code() -> None:
    disclosed(DATA | {"course_kind": "evening"}).fact  # noqa: B018 - it leaves nothing behind

    with pytest.raises(ValidationError):
        CourseEnrolled.model_validate(DATA | {"course_kind": "evening"})
    with pytest.raises(ValueError, match="evening"):
        CourseKind("evening")


def test_a_code_is_a_text_even_where_unknown_ones_are_tolerated() -> None:
    with unknown_codes_tolerated(), pytest.raises(ValueError, match="7"):
        CourseKind(7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entry", "readable", "whole"),
    [
        (disclosed(DATA | {"nickname": "x"}), True, True),
        (disclosed({"course_ref": "course-1"}), True, False),
        (disclosed({}, "course-cancelled-by-weather.v1"), True, False),
        (Disclosed(0, CourseEnrolled.TYPE, "c-1", {"feedindex": 0}), True, False),
        (disclosed(DATA | {"enrolled_on": "soon"}), False, False),
        (disclosed(None), False, False),
    ],
    ids=["more fields", "fewer fields", "unknown type", "erased", "no date", "no data"],
)
def test_only_what_breaks_a_rule_is_not_readable(
    entry: Disclosed, *, readable: bool, whole: bool
) -> None:
    assert (entry.readable, entry.fact is not None) == (readable, whole)


def test_a_fact_is_read_by_whoever_imported_nothing_but_the_client() -> None:
    program = (
        "from staffel_contracts.client.disclosed import Disclosed\n"
        f"entry = Disclosed(0, {CourseEnrolled.TYPE!r}, 'c-1', {{'data': {DATA!r}}})\n"
        "print(type(entry.fact).__name__)\n"
    )

    read = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert read.stdout == "CourseEnrolled\n"
