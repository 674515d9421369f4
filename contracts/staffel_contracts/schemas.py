"""JSON Schemas (2020-12) of facts and commands, derived from their classes.

Per fact a closed *writer* schema (what Staffel emits) and an open *reader* schema (what to code
against: unknown fields and unknown codes are possible), and per kind of receiver the reader's view.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from pydantic import BaseModel

from staffel_contracts.audiences.rules import Audience
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import Command
from staffel_contracts.fact import Fact

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The name of the dialect; nothing is loaded from there."""


def writer_schema(fact: type[Fact]) -> Schema:
    """Closed: every field that is emitted, every code that is known, and nothing else."""
    return _headed(_of(fact), f"{fact.TYPE}:writer", fact.TYPE)


def reader_schema(fact: type[Fact]) -> Schema:
    """Open: fields may be added, code lists may grow."""
    return opened(writer_schema(fact), f"{fact.TYPE}:reader")


def audience_schema(fact: type[Fact], kind: AgencyKind, audience: Audience) -> Schema:
    """The reader schema of what one kind of receiver sees."""
    schema = reader_schema(fact)
    seen = {n: s for n, s in schema.get("properties", {}).items() if n in audience.fields}
    required = [name for name in schema.pop("required", []) if name in seen]
    schema |= {"$id": _id(f"{fact.TYPE}:for-{kind.value}"), "properties": seen}
    if required:
        schema["required"] = required
    return _without_unused(schema)


def command_schema(command: type[Command]) -> Schema:
    """Closed: a command with an unknown field is refused."""
    return _headed(_of(command), f"{command.NAME}:command", command.NAME)


def opened(schema: Schema, name: str) -> Schema:
    """The reader schema that belongs to a writer schema."""
    found: Schema = _mapped(deepcopy(schema), _open)
    return found | {"$id": _id(name)}


def _of(model: type[BaseModel]) -> Schema:
    schema: Schema = _mapped(model.model_json_schema(), _tidy)
    return schema


def _headed(schema: Schema, name: str, title: str) -> Schema:
    return {"$schema": DIALECT, "$id": _id(name), **schema, "title": title}


def _id(name: str) -> str:
    return f"urn:staffel:schema:{name}"


def _mapped(node: Any, change: Callable[[Schema], Schema]) -> Any:
    """A schema with every object in it changed, the innermost first."""
    if isinstance(node, dict):
        return change({key: _mapped(value, change) for key, value in node.items()})
    return [_mapped(item, change) for item in node] if isinstance(node, list) else node


def _tidy(node: Schema) -> Schema:
    """Nothing is emitted as null: what is not known is left out."""
    if not isinstance(node.get("title", ""), str):
        return node  # the properties of a model, one of which is called title
    options = [option for option in node.get("anyOf", []) if option != {"type": "null"}]
    tidy = {k: v for k, v in node.items() if k not in ("title", "anyOf", "default")}
    if node.get("default") is not None:
        tidy["default"] = node["default"]
    if len(options) == 1:
        only: Schema = options[0] | tidy
        return only
    return tidy | ({"anyOf": options} if options else {})


def _open(node: Schema) -> Schema:
    if node.get("additionalProperties") is False:
        node = {k: v for k, v in node.items() if k != "additionalProperties"}
    codes = node.get("enum")
    if not isinstance(codes, list):
        return node
    rest = {k: v for k, v in node.items() if k != "enum"}
    return rest | {"type": "string", "minLength": 1, "examples": codes}


def _without_unused(schema: Schema) -> Schema:
    definitions: Schema = schema.pop("$defs", {})
    used: set[str] = set()
    while found := _referred(schema, definitions, used) - used:
        used |= found
    return schema | ({"$defs": {name: definitions[name] for name in sorted(used)}} if used else {})


def _referred(schema: Schema, definitions: Schema, used: set[str]) -> set[str]:
    """The definitions that a schema refers to, or those that it uses already."""
    text = _text([schema, *(definitions[name] for name in used)])
    return {name for name in definitions if f'"#/$defs/{name}"' in text}


def _text(schema: Any) -> str:
    return str(schema).replace("'", '"')
