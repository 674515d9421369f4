"""Sample data of facts and commands: invented, plausible, the same each time.

A sample follows from the schema: codes are the first of their list, dates tell one story of the
year 2026, references are named after what they refer to.
"""

from typing import Any

from staffel_contracts.command import Command
from staffel_contracts.fact import Fact
from staffel_contracts.schemas import Schema, command_schema, writer_schema

Sample = dict[str, Any]

_VALUES: dict[str, Any] = {
    "case": "c-sample-1",
    "case_id": "c-sample-1",
    "person_id": "p-sample-1",
    "file_reference": "AZ-2026-0001",
    "district": "12069",
    "agency": "district-12069",
    "from_agency": "district-12069",
    "to_agency": "jobcenter-12069",
    "asserted_by": "district-12069",
    "recipient": "jobcenter-12069",
    "given_name": "Samira",
    "family_name": "Beispiel",
    "birth_date": "1994-05-17",
    "nationality": "475",
    "language": "ar",
    "language_code": "ar",
    "source_land": "BB",
    "year": 2026,
    "handoff_id": "h-sample-1",
    "sheet_ref": "s-sample-1",
    "rectification_ref": "casework/77",
    "profile_id": "district-to-jobcenter",
    "rule_id": "R01",
    "inputs": {"finality_on": "2026-04-04"},
    "fields": {"language": "ar", "bank-account-exists": "yes"},
    "view": {"type": "course-enrolled.v1", "entry": "casework/1"},
    "admitted_on": "2025-09-01",
    "opened_on": "2025-09-01",
    "decided_on": "2026-03-16",
    "served_on": "2026-03-20",
    "received_on": "2026-03-23",
    "finality_on": "2026-04-04",
    "issued_on": "2026-04-20",
    "valid_from": "2026-04-20",
    "valid_to": "2029-04-19",
    "end_on": "2026-04-30",
    "effective_on": "2026-05-01",
    "next_start_on": "2026-05-01",
    "starts_on": "2026-05-01",
    "benefit_start_on": "2026-05-01",
    "from_on": "2026-05-01",
    "lossfree_on": "2026-05-31",
    "last_lossfree_on": "2026-05-31",
    "to_on": "2026-05-31",
    "ends_on": "2026-10-31",
    "due_on": "2026-06-30",
    "until": "2026-12-31",
    "expected_start_on": "2026-06-08",
}
_DATE, _MOMENT = "2026-05-04", "2026-05-04T09:00:00Z"
_PATTERNS = {
    r"^\d{3}$": "475",
    r"^[0-9]{3}$": "475",
    r"^\d{5}$": "12069",
    r"^\d{8}$": "12069020",
    r"^[0-9]{8}$": "12069020",
    r"^[a-z]{2,3}$": "ar",
    r"^[A-Z]{2}$": "BB",
    r"^[0-9a-f]{64}$": "5e" * 32,
}


def fact_sample(fact: type[Fact], *, full: bool) -> Sample:
    """Data of a fact: all its fields, or only those it must have."""
    return _object(writer_schema(fact), full=full)


def command_sample(command: type[Command], *, full: bool) -> Sample:
    """A command: all its fields, or only those it must have."""
    return _object(command_schema(command), full=full)


def failing_samples(fact: type[Fact]) -> dict[str, Sample]:
    """Data that is no such fact, by what is wrong: each with the reason and the field."""
    good = fact_sample(fact, full=True)
    found = {"unknown-field": _failing("unknown-field", "nickname", good | {"nickname": "x"})}
    required = [name for name, field in fact.model_fields.items() if field.is_required()]
    if required:
        rest = {name: value for name, value in good.items() if name != required[0]}
        found["missing"] = _failing("missing", required[0], rest)
    for name, node in _resolved(writer_schema(fact)).items():
        if "enum" in node and "wrong-code" not in found:
            found["wrong-code"] = _failing("wrong-code", name, good | {name: "no-such-code"})
        if node.get("type") in ("string", "integer") and "wrong-type" not in found:
            found["wrong-type"] = _failing("wrong-type", name, good | {name: [1]})
    return found


def _failing(reason: str, field: str, data: Sample) -> Sample:
    return {"reason": reason, "field": field, "data": data}


def _resolved(schema: Schema) -> dict[str, Schema]:
    definitions = schema.get("$defs", {})
    return {n: _node(node, definitions) for n, node in schema.get("properties", {}).items()}


def _node(node: Schema, definitions: dict[str, Schema]) -> Schema:
    reference = node.get("$ref")
    return definitions[reference.rpartition("/")[2]] | node if reference else node


def _object(schema: Schema, *, full: bool) -> Sample:
    definitions = schema.get("$defs", {})
    names = schema.get("properties", {}) if full else schema.get("required", [])
    return {name: _value(name, schema["properties"][name], definitions) for name in names}


def _value(name: str, node: Schema, definitions: dict[str, Schema]) -> Any:
    node = _node(node, definitions)
    if "enum" in node:
        return node["enum"][0]
    if node.get("format") == "date-time":
        return _MOMENT
    if name in _VALUES and node.get("type") == _type_of(_VALUES[name]):
        return _VALUES[name]
    kind = node.get("type")
    if kind == "string":
        return _string(name, node)
    if kind == "integer":
        return max(node.get("minimum", 1), min(3, node.get("maximum", 3)))
    return _other(name, node, definitions)


def _string(name: str, node: Schema) -> str:
    if node.get("format") == "date":
        return _DATE
    if (pattern := node.get("pattern")) in _PATTERNS:
        return _PATTERNS[pattern]
    return f"{name.removesuffix('_ref').removesuffix('_id').replace('_', '-')}-1"


def _other(name: str, node: Schema, definitions: dict[str, Schema]) -> Any:
    kind = node.get("type")
    if kind == "boolean":
        return True
    if kind == "array":
        return [_value(name.removesuffix("s"), node.get("items", {}), definitions)]
    if kind == "object" and "properties" in node:
        return _object(node | {"$defs": definitions}, full=True)
    if kind == "object":
        more = node.get("additionalProperties")
        return {"example": _value("value", more if isinstance(more, dict) else {}, definitions)}
    if "anyOf" in node:
        return _value(name, node["anyOf"][0], definitions)
    return "example"


def _type_of(value: Any) -> str:
    return {str: "string", int: "integer", dict: "object", bool: "boolean"}[type(value)]
