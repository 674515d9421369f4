"""Who may do and read what is declared beside each command, query and route, or nobody may."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.audit.api import make_http as audit_http
from services.chassis.access import OPEN, Access, Caller, Query, Turned, check_command
from services.chassis.agencies import Agency
from services.chassis.endpoints.http import make_http
from services.platform.config import SERVICES
from services.platform.services import service_named
from staffel_contracts.access import COORDINATE, EVERYBODY, NO_ROLE, Scope
from staffel_contracts.catalogue import commands
from staffel_contracts.codes import AccessPurpose, AgencyKind, FieldGroup, Role
from staffel_contracts.command import DISTRICT, Command, DistrictCommand

OPEN_ROUTES = {
    *("/health/live", "/health/ready", "/metrics", "/log/checkpoint"),
    *("/logs/{log}/checkpoint", "/logs/{log}/tile/{path:path}"),
}
"""What says nothing of any person or agency; a checkpoint and hashes are made to be public."""
SENT = [command for command in commands() if command.MAY]
QUERIES = [(name, query) for name in SERVICES for query in service_named(name).queries.items()]


def application(name: str) -> FastAPI:
    """A service's HTTP side, of which nothing runs."""
    runtime: Any = SimpleNamespace(service=service_named(name), after_commit=[])
    return make_http(runtime)


def routes(inside: FastAPI | APIRouter) -> Iterator[APIRoute]:
    """Every route, those of included routers too."""
    for route in inside.routes:
        if isinstance(route, APIRoute):
            yield route
        elif included := getattr(route, "original_router", None):
            yield from routes(included)
        else:
            assert getattr(route, "path", None) == "/openapi.json", f"unknown: {route}"


def doors(dependant: Dependant) -> list[Access]:
    """What the dependencies of a route declare."""
    found = [getattr(dependant.call, "access", None)]
    return [one for one in found if one] + [a for d in dependant.dependencies for a in doors(d)]


NOTHING: Any = SimpleNamespace()
ROUTES = [(name, route) for name in SERVICES for route in routes(application(name))]
ROUTES += [("audit", route) for route in routes(audit_http(NOTHING))]


@pytest.mark.parametrize("command", SENT, ids=lambda command: command.NAME)
def test_a_command_that_an_agency_may_send_names_its_roles_and_its_scope(
    command: type[Command],
) -> None:
    assert command.ROLES, "no ROLES beside MAY"
    assert command.SCOPE in set(Scope) - {Scope.PLATFORM}
    assert (command.SCOPE is Scope.DISTRICT) == issubclass(command, DistrictCommand)
    assert command.SCOPE in (Scope.DISTRICT, Scope.OWN) or "case" in command.model_fields


def test_a_command_about_something_of_a_district_says_so_by_its_class() -> None:
    plain = {
        command.NAME
        for command in commands()
        if "district" in command.model_fields and not issubclass(command, DistrictCommand)
    }

    assert plain == set()


def test_what_no_agency_may_send_no_role_may_either() -> None:
    assert {c.NAME: c.ROLES for c in commands() if not c.MAY and c.ROLES != NO_ROLE} == {}


@pytest.mark.parametrize(("service", "named"), QUERIES, ids=lambda one: str(one[0]))
def test_a_query_declares_who_may_ask_it(service: str, named: tuple[str, Any]) -> None:
    name, query = named

    assert isinstance(query, Query), f"{service}/{name} is a bare function"
    assert query.access.roles
    assert query.access.may
    assert query.access.scope in set(Scope) - {Scope.PLATFORM}
    assert query.read.__doc__


def test_the_routes_are_found() -> None:
    assert {"/commands/{name}", "/queries/{name}", "/feed", "/sheets/{sheet_ref}/pdf"} < {
        route.path for _, route in ROUTES
    }


@pytest.mark.parametrize(("service", "route"), ROUTES, ids=lambda one: getattr(one, "path", one))
def test_every_route_has_one_door(service: str, route: APIRoute) -> None:
    (door,) = doors(route.dependant)

    assert (door is OPEN) == (route.path in OPEN_ROUTES), f"{service} {route.path}"


def test_a_route_without_a_door_would_be_noticed() -> None:
    app, router = FastAPI(docs_url=None, redoc_url=None), APIRouter()

    @router.get("/secrets")
    async def secrets() -> str:
        return "everything"

    app.include_router(router)
    (bare,) = routes(app)

    assert doors(bare.dependant) == []


class Undeclared(Command):
    """Forget to say who may."""

    NAME: ClassVar[str] = "undeclared"
    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT


def caller(role: Role, kind: AgencyKind = AgencyKind.DISTRICT, **more: Any) -> Caller:
    agency = Agency(id=f"{kind.value}-12069", kind=kind, district="12069", name="x")
    return Caller(agency, "a-17", role, **more)


@pytest.mark.parametrize("role", Role)
def test_a_command_without_roles_is_denied_to_every_role(role: Role) -> None:
    with pytest.raises(Turned, match="role-may-not"):
        check_command(caller(role), Undeclared)


def test_another_kind_of_agency_is_told_so_before_its_role_is_looked_at() -> None:
    with pytest.raises(Turned, match="agency-may-not"):
        check_command(caller(Role.LEAD, AgencyKind.JOBCENTER), Undeclared)


@pytest.mark.parametrize("role", sorted(set(Role) - COORDINATE))
def test_the_network_is_not_for_those_who_do_not_coordinate(role: Role) -> None:
    (publish,) = (command for command in commands() if command.NAME == "publish-offer")

    with pytest.raises(Turned, match="role-may-not"):
        check_command(caller(role), publish)


@pytest.mark.parametrize("purpose", [None, AccessPurpose.OPERATION])
def test_a_persons_record_is_not_read_without_a_purpose_that_carries(
    purpose: AccessPurpose | None,
) -> None:
    access = Access(Scope.CASE, EVERYBODY, groups=(FieldGroup.IDENTITY,))

    with pytest.raises(Turned, match="purpose-missing"):
        access.check(caller(Role.CASEWORKER, purpose=purpose), "sheet")


def test_numbers_without_persons_are_read_without_a_purpose() -> None:
    Access(Scope.OWN, EVERYBODY).check(caller(Role.COORDINATOR), "report")
