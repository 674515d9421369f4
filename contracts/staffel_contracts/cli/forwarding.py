"""Forward entries to a program's own HTTP address, signed as the platform signs them."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from staffel_contracts.signing import sign

CONTENT_TYPE: Final = "application/cloudevents+json"
_ANSWER_SECONDS = 10.0
_TAKEN = range(200, 300)
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 30.0


class _NoRedirect(HTTPRedirectHandler):
    """Another place than the one named is no receiver."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nowhere."""


class Forwarding:
    """Posts entries one after the other; each until it is answered with 2xx."""

    def __init__(self, url: str, secret: str, say: Callable[[str], None]) -> None:
        """Post to ``url``; what goes wrong is said.

        Raises:
            ValueError: not an HTTP address.
            UnusableSecret: the secret is none.
        """
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{url} is no HTTP address")
        sign(secret, "", datetime.now(UTC), b"")  # a secret that is none is told at once
        self._url, self._secret, self._say = url, secret, say
        self._opener = build_opener(ProxyHandler({}), _NoRedirect)

    async def deliver(self, event: dict[str, Any]) -> None:
        """Return as soon as the receiver has taken the entry."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        pause = _FIRST_PAUSE_SECONDS
        while trouble := await asyncio.to_thread(self._post, event["id"], body):
            self._say(f"{event['feedindex']} → {self._url}: {trouble}; again in {pause:g} s")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _post(self, message_id: str, body: bytes) -> str | None:
        """Post once; says what went wrong."""
        headers = sign(self._secret, message_id, datetime.now(UTC), body)
        request = Request(self._url, body, headers | {"Content-Type": CONTENT_TYPE})  # noqa: S310 - checked above
        try:
            with self._opener.open(request, timeout=_ANSWER_SECONDS) as answer:
                status = answer.status
        except HTTPError as error:
            status = error.code
        except (URLError, OSError) as error:
            return str(getattr(error, "reason", error))
        return None if status in _TAKEN else f"HTTP {status}"
