"""Who asks over HTTP: every route stands behind a door that says who may come in, and what for."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from services.chassis.access import (
    ACTOR_HEADER,
    MOST_ACTOR,
    Caller,
    Turned,
    named_actor,
    named_purpose,
    named_role,
)
from services.chassis.agencies import Agencies, Agency
from services.chassis.settings import Settings
from staffel_contracts.access import ROLE_HEADER
from staffel_contracts.codes import RefusalCode, Role

if TYPE_CHECKING:
    from services.chassis.asking.oidc import Issuer


_PARTS_OF_A_JWT = 3


class Identity:
    """Knows people by their issuer's tokens, agencies' own systems by the agency's token."""

    def __init__(
        self, settings: Settings, agencies: Agencies, is_operator: Callable[[str], bool]
    ) -> None:
        """Take the directory; ``is_operator`` knows the platform's own token.

        Raises:
            WrongIssuer: the settings of the issuer break a rule.
        """
        self._settings, self._agencies, self._is_operator = settings, agencies, is_operator
        self.issuer = _issuer(settings)

    async def caller(
        self, token: str, actor: str | None, role: str | None, purpose: str | None
    ) -> Caller:
        """Who a token and the headers beside it name.

        Raises:
            Turned: nobody who is known; invalid, where the headers say more than the token.
        """
        if self.issuer and token.count(".") == _PARTS_OF_A_JWT - 1:
            claims = await self.issuer.claims(token)
            return self._person(claims, actor, role)._replace(purpose=named_purpose(purpose))
        agency = self._agencies.by_token(token) if token else None
        if agency is None:
            raise Turned(RefusalCode.UNAUTHENTICATED, "a bearer token of an agency is expected")
        who = named_actor(actor, agency.id)
        return Caller(agency, who, named_role(role), named_purpose(purpose))

    async def operator(self, token: str) -> bool:
        """Whether a token is that of somebody who runs the platform.

        Raises:
            Turned: a token of the issuer that does not hold.
        """
        if self.issuer and token.count(".") == _PARTS_OF_A_JWT - 1:
            claims = await self.issuer.claims(token)
            named = _claim(claims, self._settings.oidc_agency_claim)
            return named == self._settings.oidc_operator and Role.OPS in self._roles(claims)
        return self._is_operator(token)

    def _person(self, claims: Mapping[str, Any], actor: str | None, role: str | None) -> Caller:
        """A person at an agency; beside the token nobody names another person or more rights."""
        who = claims["sub"]
        if not 0 < len(who) <= MOST_ACTOR or not who.isprintable():
            raise Turned(RefusalCode.TOKEN_INVALID, "claim sub")
        if actor not in (None, who):
            raise Turned(RefusalCode.INVALID, "the token says who acts", ACTOR_HEADER)
        return Caller(self._agency(claims), who, self._role(claims, role))

    def _agency(self, claims: Mapping[str, Any]) -> Agency:
        named = _claim(claims, self._settings.oidc_agency_claim)
        agency = self._agencies.asking(named) if isinstance(named, str) else None
        if agency is None:
            detail = "the token names no agency of the directory"
            raise Turned(RefusalCode.UNKNOWN_AGENCY, detail)
        return agency

    def _role(self, claims: Mapping[str, Any], wanted: str | None) -> Role:
        roles = self._roles(claims)
        role = named_role(wanted) if wanted is not None else None
        if role is None and len(roles) == 1:
            return roles[0]
        if role in roles:
            return role
        given = ", ".join(roles) or "none that is known"
        raise Turned(RefusalCode.ROLE_MAY_NOT, f"name one that the token has: {given}", ROLE_HEADER)

    def _roles(self, claims: Mapping[str, Any]) -> list[Role]:
        named = _claim(claims, self._settings.oidc_roles_claim)
        given = [named] if isinstance(named, str) else named
        return [role for role in Role if role in given] if isinstance(given, list) else []


def _issuer(settings: Settings) -> "Issuer | None":
    if settings.oidc_issuer is None:
        return None
    from services.chassis.asking.oidc import Issuer, IssuerSettings  # noqa: PLC0415 - where there is one

    return Issuer(
        IssuerSettings(
            settings.oidc_issuer,
            settings.oidc_audience,
            settings.oidc_algorithms,
            settings.oidc_leeway,
            kept=settings.oidc_keys_kept,
        )
    )


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """A claim; dots lead into objects where none is named so."""
    if path in claims:
        return claims[path]
    first, _, rest = path.partition(".")
    inner = claims.get(first)
    return _claim(inner, rest) if rest and isinstance(inner, dict) else None
