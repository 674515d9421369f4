"""Which changes break whom: each is judged as a person would, and named in words."""

from typing import Any

import pytest

from staffel_contracts.compat import Break, Bundle, breaks, current, read_by, released, versions
from staffel_contracts.graveyard import GONE
from staffel_contracts.schemas import Schema, opened

NAME = "guide-met.v1"
READERS, REPLAY = "readers of the old version", "entries of the old version"


def schema(required: str = "", **fields: Any) -> Schema:
    """A closed schema of a fact."""
    return {
        "type": "object",
        "properties": fields,
        "required": required.split(),
        "additionalProperties": False,
    }


TEXT, DAY, NUMBER = {"type": "string"}, {"type": "string", "format": "date"}, {"type": "integer"}
SHORT = {"type": "string", "maxLength": 10}


def codes(*known: str) -> Schema:
    return {"type": "string", "enum": list(known)}


OLD = schema("on kind", on=DAY, kind=codes("paid", "volunteer"), words=TEXT)


def bundle(fact: Schema | None = None, command: Schema | None = None) -> Bundle:
    """A version with one fact, or one command."""
    facts = {} if fact is None else {NAME: fact}
    readers = {name: opened(s, name) for name, s in facts.items()}
    return Bundle("x", facts, readers, {} if command is None else {"meet-guide": command})


def found(new: Schema, old: Schema = OLD) -> set[tuple[str | None, str]]:
    """What breaks: the field, and whose reading."""
    return {
        (b.field, READERS if READERS in b.words or "readers" in b.words else REPLAY)
        for b in breaks(bundle(old), bundle(new))
    }


def without(name: str) -> dict[str, Any]:
    return {n: s for n, s in OLD["properties"].items() if n != name}


CASES = {
    "an optional field is added": (schema("on kind", **OLD["properties"], place=TEXT), set()),
    "a required field is added": (
        schema("on kind place", **OLD["properties"], place=TEXT),
        {("place", REPLAY)},
    ),
    "a required field is removed": (schema("kind", **without("on")), {("on", READERS)}),
    "a required field is made optional": (schema("kind", **OLD["properties"]), {("on", READERS)}),
    "a required field is renamed": (
        schema("met_on kind", met_on=DAY, **without("on")),
        {("on", READERS), ("met_on", REPLAY)},
    ),
    "the type of a field is changed": (
        schema("on kind", **without("words"), words=NUMBER),
        {("words", READERS), ("words", REPLAY)},
    ),
    "a code list is widened": (
        schema("on kind", **without("kind"), kind=codes("paid", "volunteer", "other")),
        set(),
    ),
    "a code list is narrowed": (
        schema("on kind", **without("kind"), kind=codes("paid")),
        {("kind", REPLAY)},
    ),
    "a longest length is added": (
        schema("on kind", **without("words"), words=SHORT),
        {("words", REPLAY)},
    ),
    "an optional field is removed": (schema("on kind", **without("words")), set()),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_judged_as_a_person_would(case: str) -> None:
    new, expected = CASES[case]

    assert found(new) == expected


def test_a_fact_that_vanishes_is_named() -> None:
    assert [str(b) for b in breaks(bundle(OLD), bundle())] == [
        f"{NAME}: is gone, and the graveyard does not say since when and why"
    ]


def test_a_required_field_that_was_added_is_named_in_words() -> None:
    new = schema("on kind place", **OLD["properties"], place=TEXT)

    assert [str(b) for b in breaks(bundle(OLD), bundle(new))] == [
        f"{NAME}.place: became required: entries of the old version lack it"
    ]


COMMAND = schema("case", case=TEXT, on=DAY)
COMMANDS = {
    "became required: old senders do not send it": ("on", schema("case on", case=TEXT, on=DAY)),
    "is refused now: old senders still send it": ("on", schema("case", case=TEXT)),
    "what old senders send is refused now": ("case", schema("case", case=SHORT, on=DAY)),
}


@pytest.mark.parametrize("words", COMMANDS)
def test_old_senders_of_a_command_are_still_understood(words: str) -> None:
    field, new = COMMANDS[words]

    assert breaks(bundle(command=COMMAND), bundle(command=new)) == [
        Break("meet-guide", field, words)
    ]


def test_a_command_may_gain_an_optional_field() -> None:
    wider = schema("case", case=TEXT, on=DAY, place=TEXT)

    assert breaks(bundle(command=COMMAND), bundle(command=wider)) == []


def test_an_agencys_copy_that_needs_more_than_is_written_is_told() -> None:
    theirs = Bundle("yours", readers={NAME: schema("on kind words", **OLD["properties"])})

    assert [b.field for b in read_by(theirs, bundle(OLD))] == ["words"]


@pytest.mark.parametrize("version", versions())
def test_nothing_breaks_a_released_version(version: str) -> None:
    assert [str(b) for b in breaks(released(version), current())] == []


def test_there_is_a_released_version_to_be_kept() -> None:
    assert versions()[0] == "0.1.0"
    assert len(released("0.1.0").facts) == 29


def test_no_name_in_the_graveyard_is_used_again() -> None:
    now = current()

    assert GONE.keys().isdisjoint(now.facts.keys() | now.commands.keys())
