"""OpenAPI of a service: the routes as FastAPI sees them, and a path for each command and query."""

from typing import Any

from fastapi import FastAPI

from services.chassis.access import Access, Query
from services.chassis.service import Service
from staffel_contracts.access import Roles
from staffel_contracts.codes import AgencyKind, Role
from staffel_contracts.command import Command
from staffel_contracts.problem import Problem
from staffel_contracts.release import VERSION
from staffel_contracts.schemas import command_schema

_PROBLEM = "application/problem+json"
_COMMAND, _QUERY = "/commands/{name}", "/queries/{name}"


def describe(app: FastAPI, service: Service) -> None:
    """Let the application describe each command and each query of its service."""
    app.version = VERSION
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_names(plain(), service)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # as FastAPI's documentation has it


def _with_names(document: dict[str, Any], service: Service) -> dict[str, Any]:
    operation = document["paths"].pop(_COMMAND)["post"]
    question = document["paths"].pop(_QUERY)["post"]
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schemas["Problem"].pop("$defs", {})
    sent = sorted((c for c in service.asks if c.MAY), key=lambda command: command.NAME)
    named = {f"/commands/{c.NAME}": {"post": _operation(operation, c, schemas)} for c in sent}
    asked = {
        f"/queries/{name}": {"post": _question(question, name, q)}
        for name, q in service.queries.items()
    }
    document["paths"] = {**named, **asked, **document["paths"]}
    return document


def _operation(
    operation: dict[str, Any], command: type[Command], schemas: dict[str, Any]
) -> dict[str, Any]:
    parameters = [p for p in operation["parameters"] if p["in"] != "path"]
    return {
        "summary": command.NAME,
        "description": f"{_plain(command.__doc__)} {_who(command.MAY, command.ROLES)}",
        "operationId": command.NAME,
        "parameters": [_required(p) for p in parameters],
        "security": operation["security"],
        "requestBody": {"required": True, "content": _json(_body(command, schemas))},
        "responses": {
            "200": {"description": "The entries that it caused.", "content": _json(_ENTRIES)},
            "default": _REFUSED,
        },
    }


def _parameters(access: Access) -> dict[str, Any]:
    """What a query takes; what each of them means stands in its description."""
    number = {"type": "integer", "minimum": 0}
    named = {n: number if n in access.numbers else {"type": "string"} for n in access.takes}
    return {"type": "object", "properties": named, "additionalProperties": False}


def _question(operation: dict[str, Any], name: str, query: Query) -> dict[str, Any]:
    access = query.access
    purpose = " It takes a purpose." if access.groups else ""
    says = f"{_plain(query.read.__doc__)} {_who(access.may, access.roles)}{purpose}"
    return {
        "summary": name,
        "description": says,
        "operationId": f"ask-{name}",
        "parameters": [p for p in operation["parameters"] if p["in"] != "path"],
        "security": operation["security"],
        "requestBody": {"content": _json(_parameters(access))},
        "responses": {
            "200": {"description": "The answer.", "content": _json({"type": "object"})},
            "default": _REFUSED,
        },
    }


def _plain(says: str | None) -> str:
    """What a class or a function says of itself, up to what it raises."""
    return " ".join((says or "").partition("Raises:")[0].replace("``", "").split())


def _who(may: frozenset[AgencyKind], roles: Roles) -> str:
    kinds = ", ".join(kind.value for kind in AgencyKind if kind in may)
    return f"For: {kinds}; roles: {', '.join(role.value for role in Role if role in roles)}."


_REFUSED = {
    "description": "Refused, and why.",
    "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_ENTRIES = {
    "type": "object",
    "required": ["entries"],
    "properties": {"entries": {"type": "array", "items": {"type": "string"}}},
}


def _required(parameter: dict[str, Any]) -> dict[str, Any]:
    key = parameter["name"].lower() == "idempotency-key"
    return parameter | {"required": True} if key else parameter


def _body(command: type[Command], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = command_schema(command)
    schemas |= schema.pop("$defs", {})
    moved = {k: _moved(v) for k, v in schema.items() if k not in ("$schema", "$id")}
    schemas[command.__name__] = moved
    return {"$ref": f"#/components/schemas/{command.__name__}"}


def _moved(node: Any) -> Any:
    """References into ``$defs`` point to the document's components instead."""
    if isinstance(node, dict):
        return {
            key: value.replace("#/$defs/", "#/components/schemas/")
            if key == "$ref"
            else _moved(value)
            for key, value in node.items()
        }
    return [_moved(item) for item in node] if isinstance(node, list) else node


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
