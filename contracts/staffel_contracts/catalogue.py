"""The whole catalogue: every fact, command and code list, and who sees which field.

Importing it imports every class; the services import only what they use.
"""

from collections.abc import Iterator
from typing import NamedTuple

from staffel_contracts import codes
from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.codes import AgencyKind, Code, ConsentKind
from staffel_contracts.command import COMMANDS, Command
from staffel_contracts.commands import casework as _casework_commands  # noqa: F401 - registers
from staffel_contracts.commands import intake as _intake_commands  # noqa: F401 - registers
from staffel_contracts.commands import jobcenter_bridge as _bridge_commands  # noqa: F401
from staffel_contracts.commands import notify as _notify_commands  # noqa: F401 - registers
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.facts import casework as _casework  # noqa: F401 - registers
from staffel_contracts.facts import intake as _intake  # noqa: F401 - registers
from staffel_contracts.facts import jobcenter_bridge as _bridge  # noqa: F401 - registers
from staffel_contracts.facts import notify as _notify  # noqa: F401 - registers


class Sight(NamedTuple):
    """One field of one fact, seen by one kind of receiver, and why."""

    fact: type[Fact]
    field: str
    kind: AgencyKind
    basis: str
    consent: ConsentKind | None


def facts() -> list[type[Fact]]:
    """Every fact that a service says, by its type."""
    return [FACTS[name] for name in sorted(FACTS) if FACTS[name].SAYER]


def commands() -> list[type[Command]]:
    """Every command, by its name."""
    return [COMMANDS[name] for name in sorted(COMMANDS)]


def code_lists() -> list[type[Code]]:
    """Every code list, by its name."""
    found = {c for c in vars(codes).values() if isinstance(c, type) and issubclass(c, Code)}
    return sorted(found - {Code}, key=lambda c: c.__name__)


def commands_to(fact: type[Fact]) -> list[type[Command]]:
    """The commands that may lead to a fact."""
    return [command for command in commands() if fact.NAME in command.LEADS_TO]


def sights(field: str | None = None) -> Iterator[Sight]:
    """Who sees what, and why: all of it, or one field wherever it occurs."""
    for fact in facts():
        for kind, audience in AUDIENCES.get(fact, {}).items():
            for name in fact.model_fields:
                if name in audience.fields and field in (None, name):
                    yield Sight(fact, name, kind, audience.basis, audience.consent)
