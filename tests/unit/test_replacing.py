"""A state with some fields changed is what the standard library makes of it."""

import dataclasses
from typing import Any

import pytest

from services.chassis.replacing import replace
from services.platform.config import SERVICES
from services.platform.services import service_named

STATES: set[type[Any]] = {
    state
    for name in SERVICES
    for subject in service_named(name).subjects()
    for state in (subject.state, *(copy.state for copy in subject.copies))
}


@pytest.mark.parametrize("state", sorted(STATES, key=str))
def test_any_field_of_any_state_is_replaced_and_nothing_else(state: type[Any]) -> None:
    given = state("key-1")
    for field in dataclasses.fields(state):
        changed = replace(given, **{field.name: "other"})

        assert type(changed) is state
        assert changed == dataclasses.replace(given, **{field.name: "other"})
        assert given == state("key-1")


def test_what_was_replaced_is_frozen_like_any_other() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int

    changed = replace(Point(1, 2), y=3)

    assert changed == Point(1, 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        changed.x = 4  # type: ignore[misc]
    with pytest.raises(AttributeError, match="'z'"):
        replace(changed, z=5)  # type: ignore[call-arg]


def test_a_class_whose_slots_no_other_can_have_is_refused() -> None:
    @dataclasses.dataclass(frozen=True)
    class Loose:
        x: int
        y: int

    with pytest.raises(TypeError, match="Loose is no dataclass with slots"):
        replace(Loose(1, 2), y=3)
