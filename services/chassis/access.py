"""Who may do what here: declared beside each query and route, and checked before it is asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection

from services.chassis.agencies import Agency
from services.chassis.restricting import Restricted
from services.chassis.work import Answer
from staffel_contracts.access import EVERYBODY, PURPOSE_HEADER, READING, ROLE_HEADER, Roles, Scope
from staffel_contracts.codes import AccessPurpose, AgencyKind, FieldGroup, RefusalCode, Role
from staffel_contracts.command import TAKES_OVER, Command

ACTOR_HEADER = "Staffel-Actor"
MOST_ACTOR = 100


Read = Callable[[Connection, str, dict[str, Any]], Mapping[str, Any]]
TodaysRead = Callable[[Connection, str, dict[str, Any], Restricted], Mapping[str, Any]]
"""A read that depends on the day, or looks at others than those whom it is about."""


class Caller(NamedTuple):
    """Who asks: an agency, in it somebody in a role as the agency names them, and what for."""

    agency: Agency
    actor: str
    role: Role
    purpose: AccessPurpose | None = None


class Turned(Exception):
    """A command or a query was turned away before any rule about the case was asked."""

    def __init__(self, code: RefusalCode, detail: str = "", field: str | None = None) -> None:
        """Turn away with an answer."""
        super().__init__(code.value)
        self.answer = Answer.refusal(code, detail, field)


@dataclass(frozen=True)
class Access:
    """Who may read something, and what for; what is not declared is denied."""

    scope: Scope
    roles: Roles
    may: frozenset[AgencyKind] = TAKES_OVER
    groups: tuple[FieldGroup, ...] = ()
    """The parts of a person's record that it shows; with any of them a purpose is asked for."""
    purposes: frozenset[AccessPurpose] = field(default=READING)
    takes: tuple[str, ...] = ()
    """The parameters of a query; one that is none of these is refused, as it would change what is
    found."""
    numbers: tuple[str, ...] = ()
    """Those of them that are natural numbers; all others are texts."""

    def check(self, caller: Caller, what: str) -> None:
        """Turn a caller away who may not, or who does not say what for.

        Raises:
            Turned: agency-may-not, role-may-not, purpose-missing.
        """
        check_kind_and_role(caller, self.may, self.roles, what)
        if self.groups and caller.purpose not in self.purposes:
            named = ", ".join(sorted(purpose.value for purpose in self.purposes))
            raise Turned(RefusalCode.PURPOSE_MISSING, f"one of {named}", PURPOSE_HEADER)

    def of(self, read: Read) -> "Query":
        """Declare this of a query, beside its function."""
        return Query(read, self)

    def today(self, read: TodaysRead) -> "Query":
        """Declare this of a query that is given the day and whose data is only stored."""
        return Query(read, self, todays=True)


OPEN = Access(Scope.PLATFORM, EVERYBODY)
"""What anybody in the network may see, without a token: whether the service lives."""


class Beside(dict[str, Any]):
    """An answer that shows something of others too: their cases stand in the read log alone."""

    def __init__(self, answer: Mapping[str, Any], cases: Iterable[str]) -> None:
        """Name the cases that the answer does not."""
        super().__init__(answer)
        self.cases = tuple(cases)


class Shown(dict[str, Any]):
    """An answer that left out by itself what is only stored: what tells the person of it is not."""


@dataclass(frozen=True)
class Query:
    """``query(connection, agency, params)``: a read for an agency; raises ``Refused``."""

    read: Callable[..., Mapping[str, Any]]
    access: Access
    todays: bool = False

    def __call__(
        self,
        conn: Connection,
        agency: str,
        params: dict[str, Any],
        restricted: Restricted | None = None,
    ) -> Mapping[str, Any]:
        """Ask it; ``restricted`` is given on to a read that depends on it."""
        beside = (restricted,) if self.todays else ()
        return self.read(conn, agency, params, *beside)


def query(
    *groups: FieldGroup,
    scope: Scope,
    roles: Roles,
    may: frozenset[AgencyKind] = TAKES_OVER,
    purposes: frozenset[AccessPurpose] = READING,
    takes: tuple[str, ...] = (),
) -> Callable[[Read], Query]:
    """Declare who may ask a query, beside its function; ``groups`` are what it shows of persons."""
    access = Access(scope, roles, may, groups, purposes, takes)
    return lambda read: Query(read, access)


def check_command(caller: Caller, command: type[Command]) -> None:
    """Turn away a caller who may not send a command.

    Raises:
        Turned: agency-may-not, role-may-not.
    """
    check_kind_and_role(caller, command.MAY, command.ROLES, command.NAME)


def check_kind_and_role(
    caller: Caller, may: frozenset[AgencyKind], roles: Roles, what: str
) -> None:
    """Turn away an agency of a kind, or somebody in a role, that may not.

    Raises:
        Turned: agency-may-not, role-may-not.
    """
    kind, role = caller.agency.kind, caller.role
    if kind not in may:
        raise Turned(RefusalCode.AGENCY_MAY_NOT, f"{kind.value} may not: {what}")
    if role not in roles:
        raise Turned(RefusalCode.ROLE_MAY_NOT, f"{role.value} may not: {what}", ROLE_HEADER)


def named_role(given: str | None) -> Role:
    """The role that an agency names; its own system acts where it names none.

    Raises:
        Turned: invalid, no code of roles.
    """
    return Role.SYSTEM if given is None else _code(Role, given, ROLE_HEADER)


def named_purpose(given: str | None) -> AccessPurpose | None:
    """What an agency says that it reads for.

    Raises:
        Turned: invalid, no code of purposes.
    """
    return None if given is None else _code(AccessPurpose, given, PURPOSE_HEADER)


def named_actor(given: str | None, agency: str) -> str:
    """Who acts, by the agency's own reference of its staff; the agency where it names nobody.

    Raises:
        Turned: invalid, too long or unprintable.
    """
    actor = given or agency
    if len(actor) > MOST_ACTOR or not actor.isprintable():
        detail = f"1 to {MOST_ACTOR} printable characters"
        raise Turned(RefusalCode.INVALID, detail, ACTOR_HEADER)
    return actor


def _code(codes: Any, given: str, header: str) -> Any:
    try:
        return codes(given)
    except ValueError:
        named = ", ".join(code.value for code in codes)
        raise Turned(RefusalCode.INVALID, f"one of {named}", header) from None
