"""May a new version of the contracts be used beside an old one? Each breaking change in words.

Checked crosswise: old readers must read what new writers emit, and new readers what old writers
emitted, for every log is replayed. Old senders' commands must still be understood. The decision is
jsoncompat's, field by field; it needs the extra: ``pip install 'staffel-contracts[check]'``.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from staffel_contracts.graveyard import GONE
from staffel_contracts.release import VERSION
from staffel_contracts.schemas import Schema, command_schema, opened, writer_schema

RELEASED = "released"


class UnknownVersion(Exception):
    """No such version of the contracts was released; says which were."""


@dataclass(frozen=True)
class Bundle:
    """The schemas of one version: facts by type, as written and as read; commands by name."""

    version: str
    facts: dict[str, Schema] = field(default_factory=dict)
    readers: dict[str, Schema] = field(default_factory=dict)
    commands: dict[str, Schema] = field(default_factory=dict)


class Break(NamedTuple):
    """A change that breaks someone: which fact or command, which field, and what it does."""

    name: str
    field: str | None
    words: str

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.name}{'.' + self.field if self.field else ''}: {self.words}"


def current() -> Bundle:
    """What is installed."""
    from staffel_contracts.catalogue import commands, facts  # noqa: PLC0415 - imports every class

    written = {fact.TYPE: writer_schema(fact) for fact in facts()}
    sent = {command.NAME: command_schema(command) for command in commands()}
    return _bundle(VERSION, written, sent)


def released(version: str) -> Bundle:
    """A version that was released.

    Raises:
        UnknownVersion: there is none of that name.
    """
    if version not in versions():
        msg = f"version {version!r} was not released; released are {', '.join(versions())}"
        raise UnknownVersion(msg)
    found = json.loads((files(__package__) / RELEASED / f"{version}.json").read_text("utf-8"))
    return _bundle(version, found["facts"], found["commands"])


def versions() -> list[str]:
    """The versions that were released, the oldest first."""
    names = (path.name for path in (files(__package__) / RELEASED).iterdir())
    found = [name.removesuffix(".json") for name in names if name.endswith(".json")]
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")])


def breaks(old: Bundle, new: Bundle) -> list[Break]:
    """Every breaking change from ``old`` to ``new``; an empty list says that both may be used."""
    return [*_facts(old, new), *_commands(old, new), *_risen(new)]


def read_by(theirs: Bundle, writers: Bundle) -> list[Break]:
    """What a reader's schemas cannot read of what a version of the platform writes."""
    return [
        found
        for name in sorted(theirs.readers.keys() & writers.facts.keys())
        for found in _unread(name, theirs.readers[name], writers.facts[name])
    ]


def _bundle(version: str, facts: dict[str, Schema], commands: dict[str, Schema]) -> Bundle:
    readers = {name: opened(schema, f"{name}:reader") for name, schema in facts.items()}
    return Bundle(version, facts, readers, commands)


def _facts(old: Bundle, new: Bundle) -> Iterator[Break]:
    for name, written in sorted(old.facts.items()):
        if name in new.facts:
            yield from _unread(name, old.readers[name], new.facts[name])
            yield from _unreplayed(name, new.facts[name], written)
        elif name not in GONE:
            yield Break(name, None, "is gone, and the graveyard does not say since when and why")


def _risen(new: Bundle) -> Iterator[Break]:
    for name in sorted((new.facts.keys() | new.commands.keys()) & GONE.keys()):
        yield Break(name, None, f"is used again; it was given up in {GONE[name].since}")


def _commands(old: Bundle, new: Bundle) -> Iterator[Break]:
    for name, sent in sorted(old.commands.items()):
        if name not in new.commands:
            if name not in GONE:
                yield Break(name, None, "is not understood any more")
            continue
        for found in _differing(new.commands[name], sent):
            yield Break(name, found, "what old senders send is refused now")
        for missing in _lacking(new.commands[name], sent):
            yield Break(name, missing, "became required: old senders do not send it")
        for unknown in sorted(_fields(sent).keys() - _fields(new.commands[name]).keys()):
            yield Break(name, unknown, "is refused now: old senders still send it")


def _unread(name: str, reader: Schema, writer: Schema) -> Iterator[Break]:
    for found in _differing(reader, writer):
        yield Break(name, found, "readers of the old version cannot read what is written now")
    for missing in _lacking(reader, writer):
        yield Break(name, missing, "readers of the old version need it, and it may be missing now")


def _unreplayed(name: str, reader: Schema, writer: Schema) -> Iterator[Break]:
    # Our own replay knows the codes: one that was taken from a list cannot be read any more.
    for found in _differing(reader, writer):
        yield Break(name, found, "entries of the old version cannot be read any more")
    for missing in _lacking(reader, writer):
        yield Break(name, missing, "became required: entries of the old version lack it")


def _differing(reader: Schema, writer: Schema) -> list[str]:
    """The fields that both have and whose written values the reader does not accept."""
    read, written = _fields(reader), _fields(writer)
    shared = sorted(read.keys() & written.keys())
    return [n for n in shared if not _accepts(_alone(reader, n), _alone(writer, n))]


def _lacking(reader: Schema, writer: Schema) -> list[str]:
    return sorted(set(reader.get("required", [])) - set(writer.get("required", [])))


def _fields(schema: Schema) -> dict[str, Any]:
    fields: dict[str, Any] = schema.get("properties", {})
    return fields


def _alone(schema: Schema, name: str) -> Schema:
    alone: Schema = _inlined(_fields(schema)[name], schema.get("$defs", {}))
    return alone


def _inlined(node: Any, definitions: Schema) -> Any:
    if isinstance(node, dict) and "$ref" in node:
        rest = {k: v for k, v in node.items() if k != "$ref"}
        return _inlined(definitions[node["$ref"].rpartition("/")[2]], definitions) | rest
    if isinstance(node, dict):
        ignored = ("description", "default", "examples")
        return {k: _inlined(v, definitions) for k, v in node.items() if k not in ignored}
    return [_inlined(item, definitions) for item in node] if isinstance(node, list) else node


def _accepts(
    reader: Schema, writer: Schema, role: Literal["deserializer"] = "deserializer"
) -> bool:
    """Whether everything that is valid for the writer is valid for the reader."""
    from jsoncompat import check_compat  # noqa: PLC0415 - an extra of its own

    return reader == writer or check_compat(json.dumps(writer), json.dumps(reader), role)
