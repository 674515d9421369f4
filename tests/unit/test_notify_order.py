"""Whatever log is heard first: the same is disclosed, to those whose case it is."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.decider import About
from services.notify.app import SERVICE
from staffel_contracts.codes import CourseKind, SheetField
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import CourseEnrolled
from staffel_contracts.facts.notify import EntryDisclosed, NoticeComposed
from tests.support import entries
from tests.support.given import CASE, DISTRICT, PERSON, Given, day

SENDER, RECEIVER, OTHER = "district-12069", "jobcenter-12069", "jobcenter-14612"


def enrolled(on: str) -> CourseEnrolled:
    return CourseEnrolled(
        course_ref=f"course-{on}",
        provider_ref="provider-1",
        course_kind=CourseKind.INTEGRATION,
        enrolled_on=day(on),
        expected_start_on=day(on),
    )


HISTORY: tuple[Fact, ...] = (
    entries.admitted(),
    entries.opened(),
    entries.charged(),
    entries.recognised(),
    enrolled("2025-03-01"),
    entries.ends("2025-04-30", "2025-05-01", "2025-05-31"),
    entries.sheet(),
    entries.handed_over(),
    entries.asked(SheetField.HEALTH_FUND),
    entries.supplied("handoff-1"),
    entries.accepted(),
    entries.charged(RECEIVER, "2025-05-01", "handoff-1"),
    enrolled("2025-05-12"),
    entries.pays(),
    entries.completed(),
)
"""A case as it happened, a minute after the other."""
HANDED_OVER = 7


class Notify(Given):
    """notify, which hears a history in another order than that in which it happened."""

    def __init__(self, history: tuple[Fact, ...] = HISTORY) -> None:
        super().__init__(SERVICE, "2025-05-05")
        self.history, self.begin = history, self.now
        self.left = {log: [f for f in history if log == f.SAYER] for log in SERVICE.hears}

    def hear_next_of(self, log: str) -> list[Fact]:
        fact = self.left[log].pop(0)
        at = next(n for n, known in enumerate(self.history) if known is fact)
        self.now = self.begin + timedelta(minutes=at)
        return self.hears(fact)

    def seen_by(self, agency: str) -> set[str]:
        return {
            one.view["entry"]
            for one in self.said
            if isinstance(one, EntryDisclosed) and one.agency == agency
        }

    def disclosed(self) -> int:
        return sum(isinstance(one, EntryDisclosed) for one in self.said)


def in_order() -> Notify:
    notify = Notify()
    for fact in HISTORY:
        notify.hear_next_of(fact.SAYER)
    return notify


def test_a_receiver_sees_all_that_happens_from_the_handover_on() -> None:
    seen = in_order().seen_by(RECEIVER)

    places = {f"{f.SAYER}/{_index(n)}" for n, f in enumerate(HISTORY) if n >= HANDED_OVER}
    assert seen == places


def _index(position: int) -> int:
    log = HISTORY[position].SAYER
    return sum(log == fact.SAYER for fact in HISTORY[:position])


@given(st.permutations([fact.SAYER for fact in HISTORY]))
def test_every_order_of_the_logs_discloses_the_same_once(order: list[str]) -> None:
    expected, notify = in_order(), Notify()

    for log in order:
        notify.hear_next_of(log)
        assert notify.state().about == About(CASE, PERSON, DISTRICT)

    for agency in (SENDER, RECEIVER):
        assert notify.seen_by(agency) == expected.seen_by(agency)
    assert notify.disclosed() == expected.disclosed()
    assert notify.folded() == notify.own()


@given(st.permutations([fact.SAYER for fact in HISTORY]))
def test_every_order_reminds_the_same_agencies(order: list[str]) -> None:
    notify = Notify()

    for log in order:
        notify.hear_next_of(log)

    notices = [one for one in notify.said if isinstance(one, NoticeComposed)]
    assert sorted((one.recipient, one.template.value) for one in notices) == [
        (SENDER, "handoff-accepted"),
        (SENDER, "information-requested"),
        (RECEIVER, "handoff-waiting"),
    ]


REJECTED: tuple[Fact, ...] = (
    entries.admitted(),
    entries.handed_over(),
    entries.rejected(),
    enrolled("2025-04-12"),
    entries.handed_over("sheet-2", "handoff-2").model_copy(update={"to_agency": OTHER}),
    entries.supplied("handoff-1"),
    enrolled("2025-04-14"),
)


def test_a_receiver_that_rejected_sees_its_rejection_and_no_more() -> None:
    notify = Notify(REJECTED)

    for fact in REJECTED:
        notify.hear_next_of(fact.SAYER)

    assert notify.seen_by(RECEIVER) == {"jobcenter_bridge/0", "jobcenter_bridge/1"}
    assert notify.seen_by(OTHER) == {"jobcenter_bridge/2", "casework/2"}


def test_a_handoff_that_expired_is_nothing_to_its_receiver_any_more() -> None:
    notify = Given(SERVICE, "2025-05-05")
    notify.hears(entries.admitted(), entries.handed_over(), entries.expired())

    said: list[Any] = notify.hears(enrolled("2025-05-04"))

    assert [one.agency for one in said] == [SENDER]
