"""Scenarios: what happens in a district, as the commands that its agencies send. Invented people.

A scenario is a JSON file: ``title``, ``about`` and ``steps``. A step names who acts (``as``: a kind
of agency), whom it is about (``person``: a label, optional), and either a command (``send``, with
the fields that matter in ``with``) or an event to wait for in the agency's feed (``await``). What a
command needs and the step does not say is taken from what happened before, or from its sample;
``{today}`` and ``{today-30}`` are legal dates, ``{run}`` differs each time it is played.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import Command
from staffel_contracts.samples import command_sample
from staffel_contracts.schemas import command_schema

_TODAY: Final = re.compile(r"\{today([+-]\d+)?\}")


class NoScenario(Exception):
    """There is no scenario of that name; says which there are."""


class Step(BaseModel):
    """One step; exactly one of ``send`` and ``await``."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    actor: AgencyKind = Field(alias="as")
    person: str = ""
    says: str = ""
    """What happens, for people who watch."""
    send: str | None = None
    fields: dict[str, Any] = Field(default_factory=dict, alias="with")
    wait_for: str | None = Field(default=None, alias="await")

    @model_validator(mode="after")
    def _one_of_two(self) -> "Step":
        if (self.send is None) == (self.wait_for is None):
            msg = "a step either sends or awaits"
            raise ValueError(msg)
        return self


class Scenario(BaseModel):
    """What happens in a district."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    about: str
    steps: tuple[Step, ...] = Field(min_length=1)


def names() -> list[str]:
    """The scenarios there are."""
    found = (path.name for path in files(__package__).iterdir())
    return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))


def scenario(name: str) -> Scenario:
    """A scenario by its name.

    Raises:
        NoScenario: there is none of that name.
    """
    if name not in names():
        msg = f"no scenario {name!r}: {', '.join(names())}"
        raise NoScenario(msg)
    return Scenario.model_validate_json((files(__package__) / f"{name}.json").read_text("utf-8"))


def filled(
    command: type[Command],
    given: Mapping[str, Any],
    known: Mapping[str, Any],
    today: date,
    run: str = "run",
) -> Command:
    """A command from what a step gives, what is known already, and its sample.

    Raises:
        pydantic.ValidationError: a field breaks a rule.
    """
    dates = {name: today.isoformat() for name in _dates(command)}
    sample = {**command_sample(command, full=False)}
    sample |= {name: dates[name] for name in dates if name in sample}
    sample |= {name: known[name] for name in command.model_fields if name in known}
    return command.model_validate_json(json.dumps(sample | told(given, today, run)), strict=True)


def told(value: Any, today: date, run: str) -> Any:
    """A value with ``{today±days}`` and ``{run}`` replaced, however deep."""
    if isinstance(value, str):
        text = value.replace("{run}", run)
        return _TODAY.sub(lambda m: (today + timedelta(int(m[1] or 0))).isoformat(), text)
    if isinstance(value, Mapping):
        return {name: told(inner, today, run) for name, inner in value.items()}
    return [told(inner, today, run) for inner in value] if isinstance(value, list) else value


def _dates(command: type[Command]) -> list[str]:
    properties = command_schema(command).get("properties", {})
    return [name for name, node in properties.items() if node.get("format") == "date"]
