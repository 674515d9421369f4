"""The tables of who may do and read what, as ``docs/access.md`` shows them."""

from collections.abc import Iterable

from services.chassis.access import Query
from services.platform.config import SERVICES
from services.platform.services import service_named
from staffel_contracts.access import Roles
from staffel_contracts.catalogue import commands
from staffel_contracts.codes import AgencyKind, Role
from staffel_contracts.command import Command


def command_table() -> str:
    """Every command that an agency may send, by its name."""
    rows = [_command(command) for command in commands() if command.MAY]
    return _table(("command", "sent by", *(role.value for role in Role), "about"), rows)


def query_table() -> str:
    """Every query, by service and name."""
    found = ((name, *q) for name in SERVICES for q in service_named(name).queries.items())
    rows = [_query(f"{service} `{name}`", query) for service, name, query in found]
    head = ("query", "asked by", *(role.value for role in Role), "about", "purpose")
    return _table(head, rows)


def _command(command: type[Command]) -> tuple[str, ...]:
    about = command.SCOPE.value if command.SCOPE else ""
    return (f"`{command.NAME}`", _kinds(command.MAY), *_marks(command.ROLES), about)


def _query(name: str, query: Query) -> tuple[str, ...]:
    access = query.access
    purpose = "yes" if access.groups else ""
    return (name, _kinds(access.may), *_marks(access.roles), access.scope.value, purpose)


def _kinds(kinds: frozenset[AgencyKind]) -> str:
    if kinds == frozenset(AgencyKind):
        return "anybody"
    return ", ".join(kind.value for kind in AgencyKind if kind in kinds)


def _marks(roles: Roles) -> Iterable[str]:
    return ("●" if role in roles else "" for role in Role)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
