"""``catalogue.yaml``: each fact with its sayer, hearers, audiences, weight, retention, versions."""

from typing import Any

from services.platform.config import SERVICES
from services.platform.services import service_named
from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.audiences.rules import Audience
from staffel_contracts.catalogue import commands_to, facts
from staffel_contracts.fact import Fact


def hearers(fact: type[Fact]) -> list[str]:
    """The services that hear a fact, as they declare it themselves."""
    return [name for name in SERVICES if fact in service_named(name).hears.get(fact.SAYER, {})]


def catalogue() -> dict[str, Any]:
    """Every fact by its type."""
    return {fact.TYPE: _entry(fact) for fact in facts()}


def meaning(documented: type[Any]) -> str:
    """The docstring of a class as one paragraph of plain text."""
    return " ".join((documented.__doc__ or "").replace("``", "").split())


def _entry(fact: type[Fact]) -> dict[str, Any]:
    audiences = AUDIENCES.get(fact, {})
    known = {
        "meaning": meaning(fact),
        "basis": fact.BASIS,
        "sayer": fact.SAYER,
        "hearers": hearers(fact),
        "commands": [command.NAME for command in commands_to(fact)],
        "weight": fact.WEIGHT.value,
        "personal_data": fact.PERSONAL.value,
        "retention": fact.RETENTION.value,
        "status": fact.STATUS.value,
        "since": fact.SINCE,
        "deprecated_since": fact.DEPRECATED_SINCE,
        "successor": fact.SUCCESSOR,
        "audiences": {kind.value: _audience(fact, a) for kind, a in audiences.items()},
    }
    return {name: value for name, value in known.items() if value is not None}


def _audience(fact: type[Fact], audience: Audience) -> dict[str, Any]:
    consent = {"consent": audience.consent.value} if audience.consent else {}
    fields = [name for name in fact.model_fields if name in audience.fields]
    return {"basis": audience.basis, **consent, "fields": fields}
