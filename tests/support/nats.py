"""A real NATS server for tests, and ways to see and to disturb what it holds."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client

from services.chassis.transport.connection import connection_options
from services.chassis.transport.nats_accounts import Accounts
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.wire import place_of

SERVICES = ("ops", "intake", "casework", "jobcenter_bridge", "notify", "audit")
HEARS = {"jobcenter_bridge": ["casework", "intake"], "notify": ["jobcenter_bridge"]}
AGENCIES = ("district-12069", "jobcenter-12069")
ANSWER_SECONDS = 30.0
"""The server answers at once, unless the machine is busy with something else."""


def accounts(*agencies: str) -> Accounts:
    """Return accounts in which everybody's password is their own name, reversed."""
    return Accounts(
        services={name: name[::-1] for name in SERVICES},
        agencies={name: name[::-1] for name in agencies or AGENCIES},
    )


def server_in(folder: Path) -> NatsServer:
    """Return a server, not yet started, that keeps everything in a folder."""
    return NatsServer(folder / "nats", accounts())


async def connect(server: NatsServer, user: str, address: str | None = None) -> Client:
    """Connect as a service or an agency, as the platform itself does."""
    options = connection_options(user, nothing, no_error)
    options["reconnect_time_wait"] = 0.02
    password = server.accounts.password(user)
    return await nats.connect(address or server.address, user=user, password=password, **options)


async def api(nc: Client, request: str, question: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask the JetStream API; `request` goes on after `$JS.API.` unless it begins with `js.`."""
    subject = request if request.startswith("js.") else f"$JS.API.{request}"
    reply = await nc.request(subject, json.dumps(question or {}).encode(), timeout=ANSWER_SECONDS)
    answer: dict[str, Any] = json.loads(reply.data)
    return answer


async def stored(nc: Client, stream: str = "LOG", prefix: str = "$JS.API") -> list[bytes]:
    """Return the data of every message in a stream, in its order."""
    info = await nc.request(f"{prefix}.STREAM.INFO.{stream}", b"", timeout=ANSWER_SECONDS)
    state = json.loads(info.data)["state"]
    found = []
    for sequence in range(state["first_seq"], state["last_seq"] + 1):
        question = json.dumps({"seq": sequence}).encode()
        reply = await nc.request(
            f"{prefix}.STREAM.MSG.GET.{stream}", question, timeout=ANSWER_SECONDS
        )
        message = json.loads(reply.data).get("message")
        if message is not None:
            found.append(b64decode(message.get("data", "")))
    return found


async def stored_places(nc: Client) -> list[tuple[str, int]]:
    """Return log and index of every entry in `LOG`, in the order of the stream."""
    return [place_of(wire) for wire in await stored(nc)]


async def nothing() -> None:
    """Nobody needs to know."""


async def no_error(_: Exception) -> None:
    """Tests cut connections on purpose."""
