"""What every storey of tests stands on: real servers and fresh databases."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from services.chassis.transport.nats_server import NatsServer
from services.platform import home
from services.platform.ports import PASSING_PORTS
from tests.support.nats import server_in
from tests.support.postgres import Postgres, postgres_for_tests

# The same examples at every run; `HYPOTHESIS_PROFILE=explore make test` looks for new ones.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session", autouse=True)
def _ports_of_our_own() -> Iterator[None]:
    """What runs beside us takes other ports: a home's are taken seconds after they were chosen."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(home, "PASSING_PORTS", PASSING_PORTS[number::workers])
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for the whole run; take `database` for a database of your own in it."""
    with postgres_for_tests() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        file = tmp_path / "staffel.db"
        file.touch(mode=0o600)
        yield f"sqlite:///{file}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with postgres.fresh_database() as url:
        yield url


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A running NATS server with a store of its own; `kill()` and `start()` keep port and store."""
    with server_in(tmp_path) as server:
        yield server
