"""Things that are only recorded: which fact follows which, by whom, and what the clock says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.casework.lifecycles.offers import GROUP_OFFER, OFFER
from services.casework.lifecycles.tasks import TASK
from services.chassis.decider import Asked, Due, Refused
from services.chassis.legal_calendar import start_of_day
from services.chassis.lifecycle import Lifecycles, Records
from staffel_contracts.codes import (
    OwnerRole,
    RefusalCode,
    TaskCancelReason,
    TaskKind,
)
from staffel_contracts.command import Command
from staffel_contracts.commands import casework as commands
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework as facts
from staffel_contracts.samples import fact_sample
from staffel_contracts.scenarios import filled
from tests.support.given import day

TASKS = Lifecycles(TASK)
AT = datetime(2026, 5, 4, 8, tzinfo=UTC)
OPEN = commands.OpenTask(
    case="c-1",
    task_ref="t-1",
    task_kind=TaskKind.BANK_ACCOUNT,
    opened_on=day("2026-05-04"),
    due_on=day("2026-05-18"),
    owner_role=OwnerRole.GUIDE,
)
DONE = commands.CompleteTask(case="c-1", task_ref="t-1", completed_on=day("2026-05-04"))
DROPPED = commands.CancelTask(
    case="c-1",
    task_ref="t-1",
    cancelled_on=day("2026-05-04"),
    reason_code=TaskCancelReason.NOT_NEEDED,
)


def asked(command: Command) -> Asked[Any]:
    return Asked(command, "district-12069", "caseworker-7", "caseworker", "new")


def after(*wishes: Command) -> Records:
    """The records after some commands."""
    records: Records = {}
    for wish in wishes:
        records = TASKS.evolve(records, TASKS.decide(records, asked(wish), AT))
    return records


def refusal(records: Records, command: Command) -> tuple[RefusalCode, str | None]:
    with pytest.raises(Refused) as refused:
        TASKS.decide(records, asked(command), AT)
    return refused.value.code, refused.value.field


def test_a_task_is_opened_as_it_was_asked_for() -> None:
    fact = TASKS.decide({}, asked(OPEN), AT)

    assert fact == facts.TaskOpened(**OPEN.model_dump(exclude={"case"}))


def test_a_task_that_is_done_keeps_its_kind() -> None:
    fact = TASKS.decide(after(OPEN), asked(DONE), AT)

    assert fact == facts.TaskCompleted(
        task_ref="t-1", task_kind=TaskKind.BANK_ACCOUNT, completed_on=day("2026-05-04")
    )


def test_a_task_nobody_opened_cannot_be_done() -> None:
    assert refusal({}, DONE) == (RefusalCode.NOT_FOUND, "task_ref")


@pytest.mark.parametrize("again", [OPEN, DONE, DROPPED])
def test_a_task_that_is_done_stays_done(again: Command) -> None:
    assert refusal(after(OPEN, DONE), again) == (RefusalCode.ILLEGAL_TRANSITION, "task_ref")


def test_a_task_cannot_be_done_tomorrow() -> None:
    tomorrow = DONE.model_copy(update={"completed_on": day("2026-05-05")})

    assert refusal(after(OPEN), tomorrow) == (RefusalCode.DATE_IN_FUTURE, "completed_on")


def test_a_task_cannot_be_done_before_it_was_opened() -> None:
    yesterday = DONE.model_copy(update={"completed_on": day("2026-05-03")})

    assert refusal(after(OPEN), yesterday) == (RefusalCode.IMPLAUSIBLE_DATES, "completed_on")


def test_a_task_is_overdue_when_its_day_is_over() -> None:
    assert TASKS.due(after(OPEN)) == {"task-overdue task/t-1": start_of_day(day("2026-05-19"))}


def overdue(records: Records) -> Fact | None:
    return TASKS.at_deadline(records, Due("task-overdue task/t-1", AT, "new"))


def test_an_overdue_task_names_the_day_it_was_due() -> None:
    fact = overdue(after(OPEN))

    assert fact == facts.TaskOverdue(
        task_ref="t-1", task_kind=TaskKind.BANK_ACCOUNT, due_on=day("2026-05-18")
    )


def test_an_overdue_task_is_said_once_and_may_still_be_done() -> None:
    fact = overdue(after(OPEN))
    assert fact is not None
    late = TASKS.evolve(after(OPEN), fact)

    assert TASKS.due(late) == {}
    assert isinstance(TASKS.decide(late, asked(DONE), AT), facts.TaskCompleted)


@pytest.mark.parametrize("ending", [DONE, DROPPED])
def test_a_task_that_ended_is_never_overdue(ending: Command) -> None:
    records = after(OPEN, ending)

    assert TASKS.due(records) == {}
    assert overdue(records) is None


def test_two_tasks_of_a_case_do_not_touch_each_other() -> None:
    records = after(OPEN, OPEN.model_copy(update={"task_ref": "t-2"}), DONE)

    assert TASKS.due(records).keys() == {"task-overdue task/t-2"}


def test_two_lifecycles_cannot_say_the_same() -> None:
    with pytest.raises(ValueError, match="share"):
        Lifecycles(TASK, TASK)


GROUPS = Lifecycles(GROUP_OFFER)


def planned(group_on: str) -> Command:
    fields = {"group_ref": "g-1", "on": group_on}
    return filled(commands.ScheduleGroupOffer, {}, fields, day("2026-05-04"))


def test_what_is_planned_may_be_moved_to_an_earlier_day() -> None:
    records = GROUPS.evolve({}, GROUPS.decide({}, asked(planned("2026-05-20")), AT))

    moved = GROUPS.decide(records, asked(planned("2026-05-11")), AT)

    assert moved.valid_on() == day("2026-05-11")


OFFERS = Lifecycles(OFFER)


def test_a_review_of_an_offer_falls_due_while_a_change_is_asked_for() -> None:
    records: Records = {}
    for said in (facts.OfferPublished, facts.OfferChangeRequested):
        sample = fact_sample(said, full=True) | {"offer_ref": "o-1"}
        records = OFFERS.evolve(records, said.model_validate(sample, strict=False))
    (due,) = OFFERS.due(records)
    fact = OFFERS.at_deadline(records, Due(due, AT, "new"))
    assert isinstance(fact, facts.OfferReviewDue)

    late = OFFERS.evolve(records, fact)
    apply = filled(commands.ApplyOfferChange, {}, {"offer_ref": "o-1"}, day("2026-05-04"))

    assert isinstance(OFFERS.decide(late, asked(apply), AT), facts.OfferChangeApplied)
