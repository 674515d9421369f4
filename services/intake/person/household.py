"""Decide about a household: what is recorded on one file is said on that of every member."""

from typing import Any

from services.chassis.decider import Asked
from services.intake.lifecycles.person import HOUSEHOLD
from staffel_contracts.command import Command
from staffel_contracts.commands.intake import ChangeHousehold, FormHousehold
from staffel_contracts.fact import Fact

_SAYS: dict[type[Command], type[Fact]] = {step.command: step.fact for step in HOUSEHOLD.steps}


def files(asked: Asked[Any]) -> tuple[str, ...]:
    """The keys of the other members, and of who left."""
    command: FormHousehold | ChangeHousehold = asked.command
    named = dict.fromkeys((*command.member_refs, *getattr(command, "left_refs", ())))
    return tuple(f"{command.district}/{ref}" for ref in named if ref != command.file_reference)


def known(records: dict[str, Any]) -> list[str]:
    """The households that were told on a file, by their references."""
    begin = f"{HOUSEHOLD.name}/"
    return sorted(key.removeprefix(begin) for key in records if key.startswith(begin))


def told(records: dict[str, Any], command: FormHousehold | ChangeHousehold) -> list[Fact]:
    """What is said on the file of another member: nothing where it stands there already."""
    fact = _SAYS[type(command)]
    said = fact.model_validate(command.model_dump(include={*fact.model_fields}))
    known = records.get(HOUSEHOLD.key(said), {})
    same = known.get("last") == fact.NAME and said.model_dump(mode="json").items() <= (
        known["said"].items()
    )
    return [] if same else [said]
