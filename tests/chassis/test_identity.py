"""Who asks over HTTP: tokens of an issuer whose keys change, and agencies' own tokens."""

import asyncio
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from types import SimpleNamespace
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends
from joserfc.jwk import ECKey, RSAKey

from services.chassis.access import Access, Caller
from services.chassis.agencies import Agencies, Agency
from services.chassis.asking.guarding import Guard
from services.chassis.asking.identity import Identity
from services.chassis.asking.limiting import Limiter
from services.chassis.asking.oidc import Issuer, IssuerSettings, WrongIssuer
from services.chassis.endpoints.doors import Door
from services.chassis.endpoints.http import make_http
from services.chassis.service import Service
from services.chassis.settings import Settings
from staffel_contracts.access import DECIDE, Scope
from staffel_contracts.codes import AgencyKind, FieldGroup
from tests.support.issuer import AUDIENCE, TestIssuer, an_issuer

DISTRICT = "district-12069"
OPERATOR = "the-password-of-the-service"
ACCESS = Access(Scope.CASE, DECIDE, groups=(FieldGroup.IDENTITY,))


class Time:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def issuer() -> Iterator[TestIssuer]:
    with an_issuer() as issuer:
        yield issuer


class House:
    """A service's HTTP side with one route of its own, behind a door."""

    def __init__(self, issuer: TestIssuer | None, rate: int = 1000) -> None:
        hashed = sha256(b"own-token").hexdigest()
        kind = AgencyKind.DISTRICT
        known = Agency(id=DISTRICT, kind=kind, district="12069", name="x", token_hash=hashed)
        settings = Settings(
            database="sqlite://", keyring="sqlite://", oidc_issuer=issuer.url if issuer else None,
            oidc_roles_claim="realm.roles",
        )  # fmt: skip
        self.time = Time()
        runtime: Any = SimpleNamespace(
            service=Service("toy", {}, routes=(self._routes,)),
            identity=Identity(settings, Agencies([known]), lambda token: token == OPERATOR),
            limiter=Limiter(rate),
            status=self._status,
            operator=self._operator,
        )
        self.identity: Identity = runtime.identity
        if issuer:
            self.identity.issuer = Issuer(IssuerSettings(issuer.url, AUDIENCE), monotonic=self.time)
        transport = httpx.ASGITransport(Guard(make_http(runtime)))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://toy")

    @staticmethod
    def _routes(runtime: Any) -> APIRouter:
        router, door = APIRouter(), Door(runtime, ACCESS)

        @router.get("/me")
        async def me(caller: Annotated[Caller, Depends(door)]) -> list[str]:
            return [caller.agency.id, caller.actor, caller.role, caller.purpose or ""]

        return router

    @staticmethod
    async def _status() -> dict[str, Any]:
        return {"size": 1}

    async def _operator(self, token: str) -> bool:
        return await self.identity.operator(token)

    async def me(self, token: str, path: str = "/me", **headers: str) -> httpx.Response:
        """The answer to somebody with a token, who reads for casework."""
        named = {"Authorization": f"Bearer {token}", "Staffel-Purpose": "casework"}
        more = {f"Staffel-{name}": value for name, value in headers.items()}
        return await self.client.get(path, headers=named | more)


@pytest.fixture
async def house(issuer: TestIssuer) -> AsyncIterator[House]:
    house = House(issuer)
    yield house
    await house.client.aclose()


def token(issuer: TestIssuer, *roles: str, **other: Any) -> str:
    """A token with its roles where the settings look for them."""
    claims = {"roles": None, "realm": {"roles": list(roles or ("caseworker",))}}
    return issuer.token(**(claims | other))


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of a problem document."""
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


async def test_a_token_names_agency_person_and_role(house: House, issuer: TestIssuer) -> None:
    answer = await house.me(token(issuer))

    assert answer.json() == [DISTRICT, "u-17", "caseworker", "casework"]


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "Ed25519"])
async def test_signatures_of_every_usual_kind_are_read(
    house: House, issuer: TestIssuer, algorithm: str
) -> None:
    issuer.rotate(algorithm)

    assert (await house.me(token(issuer))).status_code == 200


async def test_one_of_several_roles_has_to_be_named(house: House, issuer: TestIssuer) -> None:
    given = token(issuer, "caseworker", "lead", "offline_access")

    assert refused(await house.me(given)) == (403, "role-may-not")
    assert (await house.me(given, Role="lead")).json()[2] == "lead"


async def test_a_header_gives_no_role_that_the_token_has_not(
    house: House, issuer: TestIssuer
) -> None:
    assert refused(await house.me(token(issuer), Role="lead")) == (403, "role-may-not")
    assert refused(await house.me(token(issuer), Role="system")) == (403, "role-may-not")


async def test_a_header_names_no_other_person_than_the_token(
    house: House, issuer: TestIssuer
) -> None:
    assert refused(await house.me(token(issuer), Actor="u-18")) == (422, "invalid")
    assert (await house.me(token(issuer), Actor="u-17")).status_code == 200


async def test_a_role_that_the_route_does_not_name_may_not(
    house: House, issuer: TestIssuer
) -> None:
    assert refused(await house.me(token(issuer, "guide"))) == (403, "role-may-not")
    assert refused(await house.me(token(issuer, "made-up"))) == (403, "role-may-not")


WRONG: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "another audience": ({"aud": "other"}, (401, "token-audience")),
    "no audience": ({"aud": None}, (401, "token-invalid")),
    "another issuer": ({"iss": "https://elsewhere.example"}, (401, "token-invalid")),
    "expired": ({"exp": 1_000_000_000}, (401, "token-expired")),
    "without an end": ({"exp": None}, (401, "token-invalid")),
    "not yet": ({"nbf": 9_000_000_000}, (401, "token-invalid")),
    "issued in the future": ({"iat": 9_000_000_000}, (401, "token-invalid")),
    "of nobody": ({"sub": None}, (401, "token-invalid")),
    "of an agency that is not in the directory": (
        {"agency": "district-99999"}, (401, "unknown-agency"),
    ),
    "of no agency": ({"agency": None}, (401, "unknown-agency")),
    "of a list of agencies": ({"agency": [DISTRICT]}, (401, "unknown-agency")),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_token_is_turned_away(house: House, issuer: TestIssuer, wrong: str) -> None:
    claims, expected = WRONG[wrong]

    answer = await house.me(token(issuer, **claims))

    assert refused(answer) == expected
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "u-17" not in answer.text


async def test_a_token_signed_by_another_key_under_the_same_name_is_turned_away(
    house: House, issuer: TestIssuer
) -> None:
    stranger = RSAKey.generate_key(2048)
    issuer.rotate("RS256")
    forged = issuer.signed(_claims(issuer), stranger)

    assert refused(await house.me(forged)) == (401, "token-invalid")


def b64encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def urlsafe(content: dict[str, Any]) -> str:
    return b64encode(json.dumps(content).encode())


async def test_no_symmetric_and_no_missing_signature_is_taken(
    house: House, issuer: TestIssuer
) -> None:
    """The public key as a shared secret is the oldest trick (RFC 8725 § 2.1)."""
    key = issuer.key()
    assert isinstance(key, ECKey)
    public = key.as_pem(private=False)
    head = urlsafe({"alg": "HS256", "kid": issuer.key().kid})
    body = f"{head}.{urlsafe(_claims(issuer))}"
    seal = hmac.digest(public, body.encode(), "sha256")
    confused = f"{body}.{b64encode(seal)}"
    _, payload, signature = token(issuer).split(".")
    bare = f"eyJhbGciOiJub25lIn0.{payload}."

    unsigned = f"eyJhbGciOiJub25lIn0.{payload}.{signature}"
    for forged in (confused, bare, unsigned, "a.b.c", "..", "a.b." + "x" * 20_000):
        assert refused(await house.me(forged))[0] == 401


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"more": "deep"}, 401),
        ({"sub": 17}, 401),
        ({"sub": ["u-17"]}, 401),
        ({"sub": {"u": 17}}, 401),
        ({"exp": "soon"}, 401),
        ({"exp": float("inf")}, 401),
        ({"exp": [9_000_000_000]}, 401),
        ({"iat": "then"}, 401),
        ({"nbf": float("nan")}, 401),
        ({"aud": {"staffel": 1}}, 401),
        ({"aud": [["staffel"]]}, 401),
        ({"agency": ["district-12069"]}, 401),
        ({"agency": {"district-12069": 1}}, 401),
        ({"realm": {"roles": [["caseworker"]]}}, 403),
        ({"realm": {"roles": {"caseworker": 1}}}, 403),
        ({"realm": [1]}, 403),
    ],
)
async def test_claims_of_another_shape_are_turned_away(
    house: House, issuer: TestIssuer, claims: dict[str, Any], status: int
) -> None:
    signed = issuer.signed(_claims(issuer) | claims)
    if "more" in claims:
        signed = issuer.signed_bytes(b'{"a":' + b"[" * 2_900 + b"]" * 2_900 + b"}")

    assert refused(await house.me(signed))[0] == status


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[" * 100_000, "malformed"),
        (b'{"parked_id":' + b"[" * 100_000, "malformed"),
        (b"{", "malformed"),
        (b"\xff\xfe{}", "malformed"),
        (b"", "invalid"),
        (b"[]", "invalid"),
        (b'{"parked_id": 1}', "invalid"),
        (b'{"parked_id": "\\ud800"}', "invalid"),
    ],
)
@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"]
)
async def test_a_body_of_another_shape_is_refused_with_a_code(
    house: House, body: bytes, code: str, kind: str
) -> None:
    headers = {"Authorization": f"Bearer {OPERATOR}", "Content-Type": kind}

    answer = await house.client.post("/parked/drop", content=body, headers=headers)

    assert answer.status_code in {400, 422}
    assert refused(answer)[1] == (code if kind == "application/json" else "invalid")


def _claims(issuer: TestIssuer) -> dict[str, Any]:
    return {
        "iss": issuer.url, "aud": AUDIENCE, "sub": "u-17", "exp": 9_000_000_000,
        "agency": DISTRICT, "realm": {"roles": ["caseworker"]},
    }  # fmt: skip


async def test_a_new_key_is_fetched_once_when_a_token_names_it(
    house: House, issuer: TestIssuer
) -> None:
    await house.me(token(issuer))
    issuer.rotate()
    house.time.seconds += 60

    fresh = token(issuer)
    answers = await asyncio.gather(*(house.me(fresh) for _ in range(10)))

    assert [answer.status_code for answer in answers] == [200] * 10
    assert issuer.asked["/keys"] == 2


async def test_made_up_key_names_do_not_make_us_ask_the_issuer_again_and_again(
    house: House, issuer: TestIssuer
) -> None:
    await house.me(token(issuer))
    for number in range(20):
        forged = issuer.signed(_claims(issuer), kid=f"made-up-{number}")
        assert refused(await house.me(forged)) == (401, "token-invalid")

    assert issuer.asked["/keys"] == 1


async def test_a_key_that_the_issuer_gave_up_signs_no_more(
    house: House, issuer: TestIssuer
) -> None:
    old = token(issuer)
    assert (await house.me(old)).status_code == 200
    issuer.rotate()
    issuer.rotate()
    house.time.seconds += 400
    assert house.identity.issuer is not None
    await house.identity.issuer.fetch()

    house.time.seconds += 60
    assert refused(await house.me(old)) == (401, "token-invalid")


async def test_while_the_issuer_is_away_its_keys_hold_for_the_stated_time(
    house: House, issuer: TestIssuer
) -> None:
    known = house.identity.issuer
    assert known is not None
    given = token(issuer)
    assert (await house.me(given)).status_code == 200
    issuer.stop()

    house.time.seconds += 3600
    await known.fetch()
    held = await house.me(given)
    house.time.seconds += 1
    over = await house.me(given)

    assert held.status_code == 200
    assert refused(over) == (503, "unavailable")
    assert known.problem() == "the issuer of tokens gives no keys: ConnectError"
    issuer.come_back()
    house.time.seconds += 60
    await known.fetch()
    assert (await house.me(given)).status_code == 200
    assert known.problem() is None


STRANGE_KEYS: dict[str, Any] = {
    "a curve that we do not know": {"kty": "EC", "crv": "brainpoolP256r1", "x": "AA", "y": "AA"},
    "a number for a text": {"kty": "RSA", "n": 7, "e": "AQAB"},
    "not on its curve": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    "no object": "key",
    "nothing but its kind": {"kty": "OKP"},
}


@pytest.mark.parametrize("strange", STRANGE_KEYS)
async def test_a_key_that_cannot_be_read_is_left_out_and_the_others_hold(
    house: House, issuer: TestIssuer, strange: str
) -> None:
    issuer.others = (STRANGE_KEYS[strange],)

    assert (await house.me(token(issuer))).status_code == 200


@pytest.mark.parametrize("keys", [None, 7, {"kid": "a"}, "keys"])
async def test_what_is_no_list_of_keys_takes_no_key_away_that_is_known(
    house: House, issuer: TestIssuer, keys: Any
) -> None:
    known, given = house.identity.issuer, token(issuer)
    assert known is not None
    assert (await house.me(given)).status_code == 200
    issuer.others = keys
    house.time.seconds += 3600
    await known.fetch()

    assert (await house.me(given)).status_code == 200
    house.time.seconds += 60
    await known.fetch()
    assert known.problem() == "the issuer of tokens gives no keys: WrongIssuer no list of keys"


LIES: dict[str, tuple[dict[str, str], bytes | None]] = {
    "another issuer": ({"issuer": "https://other.example"}, None),
    "keys over plain http elsewhere": ({"jwks_uri": "http://keys.example/keys"}, None),
    "keys at no address": ({"jwks_uri": "https://[::1"}, None),
    "keys at a port that there is not": ({"jwks_uri": "http://127.0.0.1:99999/"}, None),
    "nested without end": ({}, b"[" * 200_000),
    "no JSON": ({}, b"<html>"),
    "a list": ({}, b"[]"),
    "endless": ({}, b" " * 300_000),
}


@pytest.mark.parametrize("lie", LIES)
async def test_an_issuer_that_cannot_be_believed_gives_no_keys(
    house: House, issuer: TestIssuer, lie: str
) -> None:
    issuer.said, issuer.broken = LIES[lie]

    assert refused(await house.me(token(issuer))) == (503, "unavailable")


@pytest.mark.parametrize(
    ("issuer_url", "algorithms"),
    [("http://issuer.example", ()), ("ftp://127.0.0.1", ()), ("https://i.example", ("HS256",)),
     ("https://i.example", ("none",))],
)  # fmt: skip
def test_settings_that_would_let_anybody_in_are_refused(
    issuer_url: str, algorithms: tuple[str, ...]
) -> None:
    with pytest.raises(WrongIssuer):
        IssuerSettings(issuer_url, "staffel", algorithms)


async def test_an_agencys_own_system_names_role_and_actor_of_its_staff(house: House) -> None:
    assert (await house.me("own-token")).json()[1:3] == [DISTRICT, "system"]
    named = await house.me("own-token", Role="lead", Actor="a-17")
    assert named.json()[1:3] == ["a-17", "lead"]


@pytest.mark.parametrize(
    ("headers", "field"),
    [({"Role": "boss"}, "Staffel-Role"), ({"Purpose": "curiosity"}, "Staffel-Purpose"),
     ({"Actor": "a" * 300}, "Staffel-Actor")],
)  # fmt: skip
async def test_what_is_no_code_is_refused_by_the_headers_name(
    house: House, headers: dict[str, str], field: str
) -> None:
    answer = await house.me("own-token", **headers)

    assert refused(answer) == (422, "invalid")
    assert answer.json()["field"] == field


async def test_a_record_is_not_shown_without_a_purpose(house: House) -> None:
    answer = await house.client.get("/me", headers={"Authorization": "Bearer own-token"})

    assert refused(answer) == (400, "purpose-missing")


@pytest.mark.parametrize("wrong", ["", "own", "own-token-", OPERATOR])
async def test_another_token_is_nobodys(house: House, wrong: str) -> None:
    assert refused(await house.me(wrong)) == (401, "unauthenticated")


async def test_operators_come_in_by_the_services_password_or_by_their_token(
    house: House, issuer: TestIssuer
) -> None:
    ops = token(issuer, "ops", agency="operator")
    district = token(issuer, "ops")

    assert (await house.me(OPERATOR, "/status")).json() == {"size": 1}
    assert (await house.me(ops, "/status")).status_code == 200
    assert refused(await house.me(district, "/status")) == (401, "unauthenticated")
    assert refused(await house.me("own-token", "/status")) == (401, "unauthenticated")
    assert refused(await house.me(ops)) == (401, "unknown-agency")


async def test_who_asks_too_often_is_told_when_to_come_again() -> None:
    house = House(None, rate=3)

    answers = [await house.me("own-token") for _ in range(8)]

    last = answers[-1]
    assert refused(last) == (429, "too-many-requests")
    assert int(last.headers["retry-after"]) >= 1
    assert (await house.me(OPERATOR, "/status")).status_code == 200


async def test_every_answer_carries_the_headers_that_a_browser_needs(house: House) -> None:
    answers = [
        await house.me("own-token"), await house.me("wrong"), await house.me("x", "/nowhere"),
        await house.client.post("/me"), await house.client.options("/me"),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [200, 401, 404, 405, 405]
    for answer in answers:
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers
        assert "strict-transport-security" not in answer.headers
    assert refused(answers[2]) == (404, "not-found")
    assert [refused(answer) for answer in answers[3:]] == [(405, "method-not-allowed")] * 2
    assert [answer.headers["allow"] for answer in answers[3:]] == ["GET", "GET"]


async def test_over_tls_the_browser_is_told_to_stay_there(house: House) -> None:
    answer = await house.client.get("https://toy/me")

    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_there_are_no_pages_that_load_from_elsewhere(house: House, page: str) -> None:
    assert (await house.client.get(page)).status_code == 404
