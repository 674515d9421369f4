"""What stands before every route: bodies are bounded in size and time, answers carry headers."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from starlette.requests import ClientDisconnect

from services.chassis.asking.asking import MOST_BYTES
from services.chassis.work import Answer
from staffel_contracts.codes import RefusalCode

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_SECONDS = 20.0
"""How long a body may take to arrive."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer, but where a route sets its own."""
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
"""Over TLS: a year (RFC 6797)."""


class Guard:
    """An ASGI application before another one."""

    def __init__(self, app: App, body_seconds: float = BODY_SECONDS) -> None:
        """Guard ``app``."""
        self._app, self._seconds = app, body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answering = _Answering(send, secure=scope.get("scheme") == "https")
        if _announced(scope) > MOST_BYTES:
            await answering.too_large()
            return
        body = _Body(receive, answering, self._seconds)
        try:
            await self._app(scope, body.receive, answering.send)
        except ClientDisconnect:
            if not answering.refused:
                raise


class _Answering:
    """Sends one answer, with its headers; what the application says after a refusal is dropped."""

    def __init__(self, send: Send, *, secure: bool) -> None:
        self._send, self._secure = send, secure
        self._begun = self.refused = False

    async def send(self, message: Message) -> None:
        """Pass on what the application answers."""
        if self.refused:
            return
        if message["type"] == "http.response.start":
            self._begun = True
            message["headers"] = _with_ours(message.get("headers", ()), secure=self._secure)
        await self._send(message)

    async def too_large(self) -> None:
        """Refuse a body."""
        await self._refuse(Answer.refusal(RefusalCode.TOO_LARGE, f"at most {MOST_BYTES} bytes"))

    async def too_slow(self) -> None:
        """Refuse a body that does not come."""
        await self._refuse(Answer.refusal(RefusalCode.TOO_SLOW, "the body does not arrive"))

    async def _refuse(self, answer: Answer) -> None:
        if self._begun:
            return
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(answer.body)).encode()),
            (b"connection", b"close"),  # what is left of the body is not read
        ]
        start = {"type": "http.response.start", "status": answer.status, "headers": headers}
        await self.send(start)
        await self.send({"type": "http.response.body", "body": answer.body})
        self.refused = True


class _Body:
    """A body, counted and timed while it is read."""

    def __init__(self, receive: Receive, answering: _Answering, seconds: float) -> None:
        self._receive, self._answering = receive, answering
        self._end = asyncio.get_running_loop().time() + seconds
        self._size, self._complete = 0, False

    async def receive(self) -> Message:
        """The next part; the end of the connection where it is refused."""
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            await self._answering.too_slow()
            return {"type": "http.disconnect"}
        self._size += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._size > MOST_BYTES:
            await self._answering.too_large()
            return {"type": "http.disconnect"}
        return message


def _announced(scope: Scope) -> int:
    named = dict(scope["headers"]).get(b"content-length", b"0")
    return int(named) if named.isdigit() else 0


def _with_ours(given: Iterable[tuple[bytes, bytes]], *, secure: bool) -> list[tuple[bytes, bytes]]:
    headers = list(given)
    present = {name.lower() for name, _ in headers}
    ours = [*HEADERS.items(), *([STRICT_TRANSPORT] if secure else [])]
    return headers + [
        (name.lower().encode(), value.encode())
        for name, value in ours
        if name.lower().encode() not in present
    ]
