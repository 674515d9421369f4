"""A small OpenID Connect issuer for tests: a real server, with keys that change."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

AUDIENCE = "staffel"
_MAKE: dict[str, Callable[[str], Key]] = {
    "RS256": lambda kid: RSAKey.generate_key(2048, {"kid": kid}),
    "ES256": lambda kid: ECKey.generate_key("P-256", {"kid": kid}),
    "Ed25519": lambda kid: OKPKey.generate_key("Ed25519", {"kid": kid}),
}


class TestIssuer:
    """Signs tokens and publishes its keys; can rotate them, lie, and go away."""

    __test__ = False

    def __init__(self) -> None:
        """Listen on a free port, with one key."""
        self.asked: Counter[str] = Counter()
        self.said: dict[str, Any] = {}
        """What discovery says beside, or instead of, what is true."""
        self.others: Any = ()
        """Keys that are published beside its own; what is no tuple stands in place of all keys."""
        self.broken: bytes | None = None
        """What is answered to everything, if anything."""
        self._keys: list[tuple[str, Key]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        self.rotate()

    @property
    def url(self) -> str:
        """Its address, as tokens name it."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Go away: connections are refused from now on."""
        self._server.shutdown()
        self._server.server_close()

    def come_back(self) -> None:
        """Answer again, on the same port."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self.start()

    def rotate(self, algorithm: str = "ES256") -> None:
        """Sign with a new key from now on; the last one is still published, those before not."""
        kid = f"key-{len(self._keys) + 1}"
        self._keys.append((algorithm, _MAKE[algorithm](kid)))

    def token(self, agency: str = "district-12069", *roles: str, **other: Any) -> str:
        """A token as it should be, but for the claims given; ``None`` leaves one out."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "u-17",
            "iat": now,
            "exp": now + 300,
            "agency": agency,
            "roles": list(roles) or ["caseworker"],
        }
        return self.signed({k: v for k, v in (claims | other).items() if v is not None})

    def signed_bytes(self, payload: bytes) -> str:
        """Whatever bytes, signed with the newest key."""
        algorithm, newest = self._keys[-1]
        header = {"alg": algorithm, "kid": newest.kid}
        return jws.serialize_compact(header, payload, newest, algorithms=[algorithm])

    def signed(self, claims: dict[str, Any], key: Key | None = None, **header: Any) -> str:
        """These claims, signed with the newest key or another one."""
        algorithm, newest = self._keys[-1]
        named = {"alg": algorithm, "kid": newest.kid} | header
        return jwt.encode(
            {k: v for k, v in named.items() if v is not None},
            claims,
            key or newest,
            algorithms=[str(named["alg"])],
        )

    def key(self) -> Key:
        """The newest key, private part included."""
        return self._keys[-1][1]

    def _answer(self, path: str) -> bytes:
        self.asked[path] += 1
        if self.broken is not None:
            return self.broken
        if path == "/.well-known/openid-configuration":
            return json.dumps(
                {"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | self.said
            ).encode()
        shown = [key.as_dict(private=False, use="sig") for _, key in self._keys[-2:]]
        keys = shown + list(self.others) if isinstance(self.others, tuple) else self.others
        return json.dumps({"keys": keys}).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = issuer._answer(self.path)
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def an_issuer() -> Iterator[TestIssuer]:
    """An issuer for the time of the block."""
    issuer = TestIssuer()
    issuer.start()
    try:
        yield issuer
    finally:
        issuer.stop()
