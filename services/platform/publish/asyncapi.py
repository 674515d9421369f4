"""The AsyncAPI 3 document: an agency's feed, its commands and queries, over NATS."""

from typing import Any

from services.platform.config import SERVICES
from services.platform.publish.catalogue import meaning
from services.platform.services import service_named
from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.catalogue import commands, facts
from staffel_contracts.command import Command
from staffel_contracts.fact import Fact
from staffel_contracts.problem import Problem
from staffel_contracts.release import VERSION
from staffel_contracts.samples import command_sample, fact_sample
from staffel_contracts.schemas import Schema, command_schema, reader_schema

_MEDIA = "application/cloudevents+json"
_INFO = {
    "title": "Staffel",
    "version": VERSION,
    "description": "What an agency receives and sends over NATS. Its account is its own: it sees "
    "its feed and nothing else, and the server writes its name into what it sends.",
    "license": {"name": "EUPL-1.2"},
}


def asyncapi() -> dict[str, Any]:
    """The document."""
    seen = [fact for fact in facts() if fact in AUDIENCES]
    sent = [command for command in commands() if command.MAY]
    queries = [(name, query) for name in SERVICES for query in service_named(name).queries]
    return {
        "asyncapi": "3.0.0",
        "info": _INFO,
        "defaultContentType": "application/json",
        "channels": {
            "feed": _feed_channel(seen),
            **{command.NAME: _command_channel(command) for command in sent},
            **{f"ask-{query}": _query_channel(name, query) for name, query in queries},
        },
        "operations": {
            "receive-feed": {"action": "receive", "channel": _ref("channels", "feed")},
            **{f"send-{command.NAME}": _request(command.NAME) for command in sent},
            **{f"send-ask-{query}": _request(f"ask-{query}") for _, query in queries},
        },
        "components": {
            "messages": {
                **{fact.TYPE: _event(fact) for fact in seen},
                **{command.NAME: _command(command) for command in sent},
                "done": {"payload": _DONE, "summary": "The entries that the command caused."},
                "refused": {"payload": _ref("components", "schemas", "problem")},
                "question": {"payload": {"type": "object"}},
                "answer": {"payload": {"type": "object"}},
            },
            "schemas": {"feed-entry": FEED_ENTRY, "problem": _plain(Problem.model_json_schema())},
        },
    }


_STRING = {"type": "string"}
FEED_ENTRY: Schema = {
    "type": "object",
    "description": "An entry of the agency's feed: a CloudEvent 1.0 in structured JSON. An erased "
    "entry has no data.",
    "required": ["specversion", "id", "source", "type", "feedindex", "time"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": _STRING | {"description": "agency/feedindex"},
        "feedindex": {"type": "integer", "minimum": 0, "description": "0, 1, 2, … without a gap"},
        "source": _STRING | {"description": "the log that the entry stands in"},
        "type": _STRING,
        "subject": _STRING | {"description": "the case"},
        "time": _STRING | {"format": "date-time", "description": "when it was recorded (UTC)"},
        "validon": _STRING | {"format": "date", "description": "the legal date it speaks of"},
        "entry": _STRING
        | {"description": "log/index in the sayer's log; not where no person may be known"},
        "basis": _STRING | {"description": "why the agency may see it"},
        "datacontenttype": {"const": "application/json"},
        "data": {"type": "object"},
    },
}
_DONE: Schema = {
    "type": "object",
    "required": ["entries"],
    "properties": {"entries": {"type": "array", "items": {"type": "string"}}},
}
_KEY: Schema = {
    "type": "object",
    "required": ["Idempotency-Key"],
    "properties": {"Idempotency-Key": _STRING | {"minLength": 1, "maxLength": 200}},
}


def _ref(*path: str) -> dict[str, str]:
    return {"$ref": "#/" + "/".join(path)}


def _plain(schema: Schema, definitions: Schema | None = None) -> Any:
    """A schema that needs nothing outside itself: definitions written out where they are used."""
    definitions = definitions or schema.get("$defs", {})
    if reference := schema.get("$ref"):
        rest = {k: v for k, v in schema.items() if k != "$ref"}
        return _plain(definitions[reference.rpartition("/")[2]], definitions) | rest
    return {
        key: _plain_value(value, definitions)
        for key, value in schema.items()
        if key not in ("$defs", "$schema", "$id")
    }


def _plain_value(value: Any, definitions: Schema) -> Any:
    if isinstance(value, dict):
        return _plain(value, definitions)
    return [_plain_value(item, definitions) for item in value] if isinstance(value, list) else value


def _feed_channel(seen: list[type[Fact]]) -> dict[str, Any]:
    return {
        "address": "in.feed",
        "description": "The stream INBOX in the agency's own account, pulled through the durable "
        "consumer app. What is missing is asked for: ask-feed.",
        "messages": {fact.TYPE: _ref("components", "messages", fact.TYPE) for fact in seen},
    }


def _command_channel(command: type[Command]) -> dict[str, Any]:
    return {
        "address": f"cmd.{command.SERVICE}.{command.NAME}",
        "messages": {
            "request": _ref("components", "messages", command.NAME),
            "done": _ref("components", "messages", "done"),
            "refused": _ref("components", "messages", "refused"),
        },
    }


def _query_channel(service: str, query: str) -> dict[str, Any]:
    return {
        "address": f"ask.{service}.{query}",
        "messages": {
            "request": _ref("components", "messages", "question"),
            "answer": _ref("components", "messages", "answer"),
            "refused": _ref("components", "messages", "refused"),
        },
    }


def _request(channel: str) -> dict[str, Any]:
    answer = "answer" if channel.startswith("ask-") else "done"
    return {
        "action": "send",
        "channel": _ref("channels", channel),
        "messages": [_ref("channels", channel, "messages", "request")],
        "reply": {
            "channel": _ref("channels", channel),
            "messages": [
                _ref("channels", channel, "messages", name) for name in (answer, "refused")
            ],
        },
    }


def _event(fact: type[Fact]) -> dict[str, Any]:
    narrowed = {"type": {"const": fact.TYPE}, "data": _plain(reader_schema(fact))}
    entry = _ref("components", "schemas", "feed-entry")
    return {
        "name": fact.TYPE,
        "contentType": _MEDIA,
        "summary": meaning(fact),
        "payload": {"allOf": [entry, {"type": "object", "properties": narrowed}]},
        "examples": [{"name": "full", "payload": feed_sample(fact)}],
    }


def feed_sample(fact: type[Fact]) -> dict[str, Any]:
    """An entry of a feed with a fact's full sample."""
    return {
        "specversion": "1.0",
        "id": "jobcenter-12069/0",
        "feedindex": 0,
        "source": f"staffel.example/{fact.SAYER}",
        "type": fact.TYPE,
        "subject": "c-sample-1",
        "time": "2026-05-04T09:00:00Z",
        "entry": f"{fact.SAYER}/1042",
        "basis": fact.BASIS or "§ 67a Abs. 2 SGB X",
        "datacontenttype": "application/json",
        "data": fact_sample(fact, full=True),
    }


def _command(command: type[Command]) -> dict[str, Any]:
    return {
        "name": command.NAME,
        "summary": meaning(command),
        "headers": _KEY,
        "payload": _plain(command_schema(command)),
        "examples": [{"name": "full", "payload": command_sample(command, full=True)}],
    }
