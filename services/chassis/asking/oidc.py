"""Tokens of an OpenID Connect issuer: discovery, its signing keys as they change, and claims.

OpenID Connect Discovery 1.0 § 4, RFC 7517 (keys), RFC 7519 and RFC 8725 (tokens).
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import httpx
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jwk import Key, import_key

from services.chassis.access import Turned
from staffel_contracts.codes import RefusalCode

DISCOVERY = "/.well-known/openid-configuration"
MOST_BYTES = 256 * 1024
MOST_TOKEN = 16 * 1024
FETCH_SECONDS = 5.0
SIGNING = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) | frozenset(
    {"ES256", "ES384", "ES512", "Ed25519", "EdDSA"}
)
"""What may be allowed at all: signatures whose keys the issuer alone has."""
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class WrongIssuer(Exception):
    """The settings of the issuer contradict each other or what the issuer says; names both."""


@dataclass(frozen=True)
class IssuerSettings:
    """Whose tokens are taken, for whom they must be made, and what is read from them."""

    issuer: str
    """Its address, as in ``iss``; https, but for the loopback."""
    audience: str
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
    leeway: int = 30
    """Seconds by which clocks may differ."""
    refresh: float = 300.0
    """Seconds after which keys are fetched again."""
    pause: float = 10.0
    """Seconds between two fetches at least, whatever is asked."""
    kept: float = 3600.0
    """Seconds for which keys hold while the issuer is away."""

    def __post_init__(self) -> None:
        """Check what can be checked without the issuer.

        Raises:
            WrongIssuer: an algorithm that is no signature of the issuer's, or no https.
        """
        if wrong := sorted(set(self.algorithms) - SIGNING):
            raise WrongIssuer(f"oidc_algorithms: {', '.join(wrong)} may not be allowed")
        check_address("oidc_issuer", self.issuer)


@dataclass
class _Known:
    keys: Mapping[str, Key] = field(default_factory=dict)
    at: float | None = None
    """When they were fetched last (monotonic seconds)."""


class Issuer:
    """Reads tokens of one issuer; its keys are fetched apart from requests, and kept."""

    def __init__(
        self,
        settings: IssuerSettings,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the settings; nothing is fetched yet."""
        self.settings, self._now, self._monotonic = settings, now, monotonic
        self._known, self._tried, self._trouble = _Known(), -float("inf"), "not fetched yet"
        self._fetching = asyncio.Lock()

    async def run(self) -> None:
        """Keep the keys fresh until cancelled."""
        while True:
            await self.fetch()
            fresh = self._known.at == self._tried
            await asyncio.sleep(self.settings.refresh if fresh else self.settings.pause)

    def problem(self) -> str | None:
        """Why no token can be judged; ``None`` while the keys hold."""
        at = self._known.at
        if at is not None and self._monotonic() - at <= self.settings.kept:
            return None
        return f"the issuer of tokens gives no keys: {self._trouble}"

    async def claims(self, token: str) -> dict[str, Any]:
        """What a token says, once its signature, issuer, audience and times are checked.

        Raises:
            Turned: token-invalid, token-expired, token-audience; unavailable, without keys.
        """
        if len(token) > MOST_TOKEN:
            raise Turned(RefusalCode.TOKEN_INVALID, f"longer than {MOST_TOKEN} characters")
        key = await self._key(_header(token))
        try:
            read = jwt.decode(token, key, algorithms=list(self.settings.algorithms))
            self._registry().validate(read.claims)
        except (JoseError, ValueError, RecursionError) as error:
            _turn_away(error)
        return dict(read.claims)

    def _registry(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=lambda: int(self._now()),
            leeway=self.settings.leeway,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def _key(self, header: Mapping[str, Any]) -> Key:
        """The key that a token names; one that is not known yet is looked for once."""
        kid = header.get("kid")
        if header.get("alg") not in self.settings.algorithms:
            raise Turned(RefusalCode.TOKEN_INVALID, "this algorithm is not allowed")
        if self._find(kid) is None:
            await self.fetch()
        if trouble := self.problem():
            raise Turned(RefusalCode.UNAVAILABLE, trouble)
        if (key := self._find(kid)) is None:
            raise Turned(RefusalCode.TOKEN_INVALID, "signed with a key that the issuer has not")
        return key

    def _find(self, kid: object) -> Key | None:
        keys = self._known.keys
        if kid is None:
            return next(iter(keys.values())) if len(keys) == 1 else None
        return keys.get(kid) if isinstance(kid, str) else None

    async def fetch(self) -> None:
        """Fetch the keys, unless they were tried a moment ago; trouble is told by `problem`.

        Keys that were fetched before hold on then.
        """
        async with self._fetching:
            if self._monotonic() - self._tried < self.settings.pause:
                return
            self._tried = self._monotonic()
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    self._known = _Known(await self._fetched(), self._tried)
            except Exception as error:  # noqa: BLE001 - no word of an issuer's may end a service
                said = str(error) if isinstance(error, WrongIssuer) else ""
                self._trouble = f"{type(error).__name__} {said}".strip()

    async def _fetched(self) -> dict[str, Key]:
        async with httpx.AsyncClient(timeout=FETCH_SECONDS, follow_redirects=False) as client:
            said = await _json(client, self.settings.issuer.rstrip("/") + DISCOVERY)
            if said.get("issuer") != self.settings.issuer:
                raise WrongIssuer("discovery names another issuer")
            where = str(said.get("jwks_uri"))
            check_address("jwks_uri", where)
            return _signing_keys(await _json(client, where))


def check_address(name: str, address: str) -> None:
    """Only what cannot be changed on the way is trusted.

    Raises:
        WrongIssuer: no address, or no https and not on this machine.
    """
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise WrongIssuer(f"{name}: no address") from error
    if url.scheme != "https" and (url.scheme != "http" or url.host not in _LOOPBACK):
        raise WrongIssuer(f"{name}: https is expected")


async def _json(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    """A JSON object from the issuer, and not more of it than there can be."""
    content = b""
    async with client.stream("GET", address) as answer:
        answer.raise_for_status()
        if answer.is_redirect:
            raise WrongIssuer("it redirects")
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > MOST_BYTES:
                raise WrongIssuer(f"more than {MOST_BYTES} bytes")
    found = json.loads(content)
    if not isinstance(found, dict):
        raise WrongIssuer("no JSON object")
    return found


def _signing_keys(said: Mapping[str, Any]) -> dict[str, Key]:
    """The public keys for signatures by their id; what cannot be read is left out.

    Raises:
        WrongIssuer: there is no list of keys (RFC 7517 § 5).
    """
    found: dict[str, Key] = {}
    if not isinstance(keys := said.get("keys"), list):
        raise WrongIssuer("no list of keys")
    for number, one in enumerate(keys):
        if not isinstance(one, dict) or one.get("kty") not in ("RSA", "EC", "OKP"):
            continue
        if one.get("use", "sig") != "sig":
            continue
        try:
            found[str(one.get("kid", f"#{number}"))] = import_key(one)
        except Exception:  # noqa: BLE001, S112 - such as KeyError for a curve that it does not know
            continue
    return found


def _header(token: str) -> Mapping[str, Any]:
    """The header of a token, not trusted yet."""
    try:
        return dict(jws.extract_compact(token.encode()).headers())
    except (JoseError, ValueError, RecursionError) as error:
        raise Turned(RefusalCode.TOKEN_INVALID, "cannot be read") from error


def _turn_away(error: Exception) -> NoReturn:
    if isinstance(error, RecursionError):
        raise Turned(RefusalCode.TOKEN_INVALID, "nested too deeply") from None
    if isinstance(error, ExpiredTokenError):
        raise Turned(RefusalCode.TOKEN_EXPIRED, "ask the issuer for a new one") from None
    claim = getattr(error, "claim", None)
    if isinstance(error, InvalidClaimError) and claim == "aud":
        raise Turned(RefusalCode.TOKEN_AUDIENCE, "made for another audience") from None
    detail = f"claim {claim}" if isinstance(claim, str) else "the signature does not hold"
    raise Turned(RefusalCode.TOKEN_INVALID, detail) from None
