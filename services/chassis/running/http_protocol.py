"""What the HTTP server says by itself, before any application: problem documents (RFC 9457) too."""

import asyncio
from collections.abc import Iterable

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from services.chassis.asking.guarding import HEADERS, Receive, Scope, Send
from services.chassis.work import Answer
from staffel_contracts.codes import RefusalCode

MOST_AT_ONCE = 1000
"""Connections that one process serves; who comes on top of them is told to come again."""
Headers = list[tuple[bytes, bytes]]


class HttpProtocol(H11Protocol):
    """A connection to the server."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, and let nobody but ``too_busy`` answer where there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST_AT_ONCE:
            self.app = too_busy

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - it says the same each time
        """Answer what is no HTTP, and hang up."""
        answer = Answer.refusal(RefusalCode.MALFORMED, "this is no request of HTTP/1.1")
        told: Iterable[h11.Event] = (
            h11.Response(
                status_code=answer.status, headers=_headers(answer), reason=b"Bad Request"
            ),
            h11.Data(data=answer.body),
            h11.EndOfMessage(),
        )
        for event in told:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


async def too_busy(_: Scope, __: Receive, send: Send) -> None:
    """The application of a connection that is one too many; the caller may come again."""
    answer = Answer.refusal(RefusalCode.UNAVAILABLE, f"more than {MOST_AT_ONCE} connections")
    headers = [*_headers(answer), (b"retry-after", b"1")]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _headers(answer: Answer) -> Headers:
    ours = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    return [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(answer.body)).encode()),
        (b"connection", b"close"),
        *ours,
    ]
