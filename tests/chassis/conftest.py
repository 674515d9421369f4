"""A provisioned NATS server for each test of the transport."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from nats.aio.client import Client

from services.chassis.nats_server import NatsServer
from services.chassis.provision import provision
from tests.support.nats import AGENCIES, connect, server_in

HEARS = {"jobcenter_bridge": ["casework", "intake"], "notify": ["jobcenter_bridge"]}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[NatsServer]:
    """A running server."""
    with server_in(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def nc(server: NatsServer) -> AsyncIterator[Client]:
    """A connection of ops to a provisioned server."""
    connection = await connect(server, "ops")
    await provision(connection, HEARS, AGENCIES)
    yield connection
    await connection.close()
