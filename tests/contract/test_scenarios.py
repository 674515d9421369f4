"""The scenarios are lists of real commands, filled from what is known, with dates around today."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from staffel_contracts.catalogue import commands, facts
from staffel_contracts.command import COMMANDS
from staffel_contracts.commands.casework import OpenTask
from staffel_contracts.commands.jobcenter_bridge import AcceptHandoff
from staffel_contracts.scenarios import NoScenario, Scenario, filled, names, scenario, told

TODAY = date(2026, 3, 1)
KNOWN: dict[str, Any] = {
    "case": "c-1",
    "district": "12069",
    "file_reference": "AZ-1",
    "handoff_id": "h-1",
    "sheet_digest": "5e" * 32,
    "effective_on": "2026-04-01",
}


@pytest.mark.parametrize("name", names())
def test_each_step_is_a_command_or_an_event_there_is(name: str) -> None:
    events = {fact.NAME for fact in facts()}

    for step in scenario(name).steps:
        if step.wait_for:
            assert step.wait_for in events
        else:
            command = COMMANDS[step.send or ""]
            assert step.actor in command.MAY
            assert not command.PLANNED
            filled(command, step.fields, KNOWN, TODAY)


def test_the_texts_it_grew_from_are_scenarios() -> None:
    assert names() == ["dresden", "harz", "nordwestmecklenburg", "passau", "potsdam-mittelmark"]


def test_a_scenario_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(NoScenario, match="nordwestmecklenburg"):
        scenario("atlantis")


@pytest.mark.parametrize(
    ("text", "day"),
    [("{today}", "2026-03-01"), ("{today-1}", "2026-02-28"), ("{today+31}", "2026-04-01")],
)
def test_dates_are_told_from_today(text: str, day: str) -> None:
    assert told({"on": [text]}, TODAY, "1") == {"on": [day]}


def test_what_happened_before_fills_a_command() -> None:
    command = filled(AcceptHandoff, {}, KNOWN, TODAY)

    assert isinstance(command, AcceptHandoff)
    assert (command.case, command.handoff_id) == ("c-1", "h-1")
    assert command.effective_on == date(2026, 4, 1)


def test_what_a_step_says_goes_before_all_else_and_dates_fall_on_today() -> None:
    command = filled(OpenTask, {"task_ref": "mine"}, KNOWN | {"task_ref": "theirs"}, TODAY)

    assert isinstance(command, OpenTask)
    assert (command.task_ref, command.opened_on) == ("mine", TODAY)


def test_a_field_that_the_command_does_not_have_is_refused() -> None:
    with pytest.raises(ValidationError, match="nickname"):
        filled(OpenTask, {"nickname": "x"}, KNOWN, TODAY)


def test_a_step_either_sends_or_awaits() -> None:
    step = {"as": "district", "send": "open-task", "await": "task-opened"}

    with pytest.raises(ValidationError, match="either sends or awaits"):
        Scenario.model_validate({"title": "x", "about": "x", "steps": [step]})


def test_every_command_can_be_filled_from_its_sample() -> None:
    for command in commands():
        filled(command, {}, {}, TODAY)
