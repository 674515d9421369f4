"""What an auditor types is understood or refused, and no entry of a case is hidden from him."""

from datetime import UTC, datetime

import pytest

from services.platform.audit.following import Step, in_order
from services.platform.audit.moments import begin_of, end_of, moment_of
from staffel_contracts.envelope import Leaf


def step(entry: str, cause: str) -> Step:
    log, _, index = entry.partition("/")
    return Step(
        Leaf(
            id=entry,
            source=f"test/{log}",
            type="case-opened.v1",
            subject="c-1",
            time=f"2026-03-02T09:00:0{index}.000000Z",
            validon=None,
            index=int(index),
            district="12069",
            actor="a",
            actorrole="system",
            cause=cause,
            basis="",
            sealkey=None,
            keycommitment=None,
            datahash="0" * 64,
        ),
        None,
    )


def test_a_day_in_germany_is_from_its_begin_to_before_the_next() -> None:
    begin, end = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)

    assert (begin_of("2026-03-29"), end_of("2026-03-29")) == (begin, end)
    assert moment_of("2026-03-29") == end.replace(hour=21, minute=59, second=59, microsecond=999999)
    assert begin_of("2026-03-29T08:00:00Z") == end_of("2026-03-29T10:00:00+02:00")


@pytest.mark.parametrize(
    "text", ["2026-03-29T08:00:00", "9999-12-31", "yesterday", "2026-02-30", ""]
)
def test_a_moment_without_a_zone_or_a_day_without_an_end_is_refused(text: str) -> None:
    for read in (begin_of, end_of, moment_of):
        with pytest.raises(ValueError, match="is no moment"):
            read(text)


def test_an_entry_comes_after_its_cause_whatever_the_clocks_said() -> None:
    steps = [step("intake/5", "command/x"), step("casework/1", "intake/5")]

    assert [s.leaf.id for s in in_order(steps)] == ["intake/5", "casework/1"]


@pytest.mark.parametrize(
    ("cause", "order"),
    [
        ("casework/4", ["intake/3", "casework/4", "intake/6"]),
        ("intake/3", ["intake/3", "casework/4", "intake/6"]),
        ("intake/6", ["intake/3", "casework/4", "intake/6"]),
    ],
)
def test_entries_that_cause_themselves_or_each_other_are_shown_all_the_same(
    cause: str, order: list[str]
) -> None:
    steps = [step("intake/3", cause), step("casework/4", "intake/3"), step("intake/6", "")]

    assert [s.leaf.id for s in in_order(steps)] == order
