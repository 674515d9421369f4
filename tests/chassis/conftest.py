"""A provisioned NATS server for each test of the transport."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from nats.aio.client import Client

from services.chassis.transport.log_endpoint import LogEndpoint
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from tests.support.ears import SERVICE
from tests.support.nats import AGENCIES, HEARS, connect, server_in
from tests.support.wires import ListSource


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


@pytest_asyncio.fixture
async def sayers(nc: Client) -> AsyncIterator[dict[str, ListSource]]:
    """The logs that jobcenter_bridge hears, which answer for themselves."""
    logs = {log: ListSource() for log in HEARS[SERVICE]}
    endpoints = [LogEndpoint(nc, log, source) for log, source in logs.items()]
    for endpoint in endpoints:
        await endpoint.start()
    yield logs
    for endpoint in endpoints:
        await endpoint.stop()
