"""Who was away catches up in order; what the transport lost is filled again from the logs."""

from pathlib import Path

from services.platform.up import Platform
from tests.support.load import at_rest, district, faults, loaded, running, watched

PERSONS = 500
"""Each makes about ten entries, so that thousands wait."""


async def test_a_service_that_was_down_for_thousands_of_entries_catches_up_in_order(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as platform:
        platform.process("notify").terminate()
        platform.process("notify").wait(30)
        async with district(platform.home) as load:
            await load.persons(PERSONS)
        async with watched(platform):
            await at_rest(platform, 120)

            assert await faults(platform, load) == {}


async def _empty(platform: Platform) -> None:
    await platform.nc.jetstream().purge_stream("LOG")


async def _delete(platform: Platform) -> None:
    await platform.nc.jetstream().delete_stream("LOG")
    await platform.provision()


async def test_a_stream_emptied_or_deleted_behind_our_back_is_filled_again(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as platform, watched(platform):
        async with loaded(platform) as load:
            for harm in (_empty, _delete):
                await harm(platform)
                await load.more()
        await at_rest(platform)

        assert await faults(platform, load) == {}
