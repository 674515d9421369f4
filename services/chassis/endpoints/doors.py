"""Every route stands behind a door that says who may come in, and what for."""

from typing import Annotated, Protocol

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.chassis.access import OPEN, Access, Caller, Turned
from services.chassis.running.runtime import Runtime
from staffel_contracts.access import EVERYBODY, Scope
from staffel_contracts.codes import AgencyKind, RefusalCode, Role


class Operated(Protocol):
    """A process that knows who runs it."""

    async def operator(self, token: str) -> bool:
        """Whether a token is the operator's."""


AGENCY_TOKEN = HTTPBearer(
    scheme_name="agency",
    description="A token of the issuer (OpenID Connect) that names an agency and roles, "
    "or the agency's own token, with which its system names role and actor in headers.",
    auto_error=False,
)
OPERATOR_TOKEN = HTTPBearer(
    scheme_name="operator",
    description="A token of the issuer that names an operator, or the service's own password.",
    auto_error=False,
)
Given = HTTPAuthorizationCredentials | None
OPERATOR = Access(Scope.PLATFORM, frozenset({Role.OPS}))
"""For those who run the platform: by the service's own password, or by a token that says so."""
ASKING = Access(Scope.OWN, EVERYBODY, frozenset(AgencyKind))
"""Whoever is known may ask; what is asked says for itself who may."""


class Door:
    """A route's dependency: gives the caller, or turns them away."""

    def __init__(self, runtime: Runtime, access: Access) -> None:
        """Let in whom ``access`` names."""
        self._runtime, self.access = runtime, access

    async def __call__(
        self,
        request: Request,
        given: Annotated[Given, Depends(AGENCY_TOKEN)],
        staffel_actor: Annotated[
            str | None, Header(description="who acts: the agency's own reference, never a name")
        ] = None,
        staffel_role: Annotated[
            str | None, Header(description="in which role; where a token names roles, one of them")
        ] = None,
        staffel_purpose: Annotated[
            str | None, Header(description="what personal data is read for, and is recorded as")
        ] = None,
    ) -> Caller:
        """Who asks.

        Raises:
            Turned: nobody who is known, not allowed, too often, or without a purpose.
        """
        caller = await self._runtime.identity.caller(
            given.credentials if given else "", staffel_actor, staffel_role, staffel_purpose
        )
        self._runtime.limiter.count(caller.agency.id)
        self.access.check(caller, request.scope["route"].path)
        return caller


class OperatorsDoor:
    """A route's dependency: lets in those who run the platform."""

    access = OPERATOR

    def __init__(self, process: Operated) -> None:
        """Ask the running process who its operators are."""
        self._process = process

    async def __call__(self, given: Annotated[Given, Depends(OPERATOR_TOKEN)]) -> None:
        """Let in who knows the process's NATS password, or whose token says that they run it.

        Raises:
            Turned: unauthenticated.
        """
        if not await self._process.operator(given.credentials if given else ""):
            raise Turned(RefusalCode.UNAUTHENTICATED, "the operator's token is expected")


class OpenDoor:
    """A route's dependency: nobody is asked who they are, because nothing of anybody is shown."""

    access = OPEN

    async def __call__(self) -> None:
        """Let everybody in."""
