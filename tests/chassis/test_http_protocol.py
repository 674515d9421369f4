"""Whatever a server answers is a problem document, even where no application was asked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from services.chassis.running import http_protocol
from services.chassis.running.process import http_server, serve_http
from services.chassis.settings import ProcessSettings
from services.chassis.transport.nats_server import free_port
from tests.support.until import until

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
ASKED = b"GET /openapi.json HTTP/1.1\r\nHost: here\r\n\r\n"


@asynccontextmanager
async def serving() -> AsyncIterator[uvicorn.Server]:
    """A server with an empty application."""
    server = http_server(FastAPI(), ProcessSettings(http_port=free_port()))
    task = asyncio.create_task(serve_http(server))
    await until(lambda: server.started)
    yield server
    server.should_exit = True
    await task


async def ask(server: uvicorn.Server, request: bytes) -> tuple[dict[str, str], bytes, Streams]:
    """Send bytes over a connection of their own; gives headers, body and the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.config.port)
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    named = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    body = await reader.readexactly(int(named["content-length"]))
    return named | {"status": head[0]}, body, (reader, writer)


def told(headers: dict[str, str], body: bytes) -> tuple[str, str, dict[str, Any]]:
    """Status line, code and headers of a problem that ends its connection."""
    assert headers["content-type"] == "application/problem+json"
    assert (headers["x-content-type-options"], headers["connection"]) == ("nosniff", "close")
    return headers["status"], json.loads(body)["code"], headers


@pytest.mark.parametrize(
    "nonsense", [b"\x16\x03\x01 hello\r\n\r\n", b"GET / HTTP/1.1\r\nno header\r\n\r\n"]
)
async def test_what_is_no_http_is_answered_with_a_problem(nonsense: bytes) -> None:
    async with serving() as server:
        headers, body, (reader, writer) = await ask(server, nonsense)

        assert told(headers, body)[:2] == ("HTTP/1.1 400 Bad Request", "malformed")
        assert await reader.read() == b""
        writer.close()


async def test_a_connection_too_many_is_told_to_come_again_and_the_others_are_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_protocol, "MOST_AT_ONCE", 2)
    async with serving() as server:
        first, _, (_, one) = await ask(server, ASKED)
        second, _, (_, two) = await ask(server, ASKED)
        headers, body, (reader, three) = await ask(server, ASKED)

        assert [found["status"] for found in (first, second)] == ["HTTP/1.1 200 OK"] * 2
        status, code, named = told(headers, body)
        assert (status, code) == ("HTTP/1.1 503 Service Unavailable", "unavailable")
        assert named["retry-after"] == "1"
        assert await reader.read() == b""
        one.close()
        await until(lambda: len(server.server_state.connections) == 1, "one connection less")
        again, _, (_, four) = await ask(server, ASKED)
        assert again["status"] == "HTTP/1.1 200 OK"
        for writer in (two, three, four):
            writer.close()
