"""One platform for the whole storey, with cases of two districts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.isolation.world import World, a_world


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Two districts, their agencies, and cases in every relation to them."""
    async with a_world(tmp_path_factory.mktemp("isolation")) as world:
        yield world
