"""Who asks over HTTP: every route stands behind a door that says who may come in, and what for."""

from typing import TYPE_CHECKING, Annotated, Protocol

from fastapi import Header, Request

from services.chassis.access import (
    OPEN,
    Access,
    Caller,
    Turned,
    named_actor,
    named_purpose,
    named_role,
)
from staffel_contracts.access import EVERYBODY, Scope
from staffel_contracts.codes import AgencyKind, RefusalCode, Role

if TYPE_CHECKING:
    from services.chassis.app import Runtime


class Operated(Protocol):
    """A process that knows who runs it."""

    def is_operator(self, token: str) -> bool:
        """Whether a token is the operator's."""


_BEARER = "Bearer "
OPERATOR = Access(Scope.PLATFORM, frozenset({Role.OPS}))
"""For those who run the platform: they know the service's own password."""
ASKING = Access(Scope.OWN, EVERYBODY, frozenset(AgencyKind))
"""Whoever is known may ask; what is asked says for itself who may."""


class Door:
    """A route's dependency: gives the caller, or turns them away."""

    def __init__(self, runtime: "Runtime", access: Access) -> None:
        """Let in whom ``access`` names."""
        self._runtime, self.access = runtime, access

    async def __call__(
        self,
        request: Request,
        staffel_actor: Annotated[
            str | None, Header(description="who acts: the agency's own reference, never a name")
        ] = None,
        staffel_role: Annotated[str | None, Header(description="in which role")] = None,
        staffel_purpose: Annotated[str | None, Header(description="what data is read for")] = None,
    ) -> Caller:
        """Who asks.

        Raises:
            Turned: nobody who is known, not allowed, or without a purpose.
        """
        agency = self._runtime.agencies.by_token(bearer(request))
        if agency is None:
            raise Turned(RefusalCode.UNAUTHENTICATED, "a bearer token of an agency is expected")
        actor = named_actor(staffel_actor, agency.id)
        caller = Caller(agency, actor, named_role(staffel_role), named_purpose(staffel_purpose))
        self.access.check(caller, request.url.path)
        return caller


class OperatorsDoor:
    """A route's dependency: lets in those who run the platform."""

    access = OPERATOR

    def __init__(self, runtime: Operated) -> None:
        """Know the operator by the running service's settings."""
        self._runtime = runtime

    async def __call__(self, request: Request) -> None:
        """Let in who knows the service's NATS password.

        Raises:
            Turned: unauthenticated.
        """
        if not self._runtime.is_operator(bearer(request)):
            raise Turned(RefusalCode.UNAUTHENTICATED, "the operator's token is expected")


class OpenDoor:
    """A route's dependency: nobody is asked who they are, because nothing of anybody is shown."""

    access = OPEN

    async def __call__(self) -> None:
        """Let everybody in."""


def bearer(request: Request) -> str:
    """The bearer token of a request; empty without one."""
    given = request.headers.get("Authorization", "")
    return given.removeprefix(_BEARER) if given.startswith(_BEARER) else ""
