"""Tables are written anew before an erasure has reached their service: no number is lost."""

import asyncio

from services.platform.home import Home
from tests.faults.test_erasure import run
from tests.faults.test_restore import destroy
from tests.faults.test_restore_pending import Lost, lost, same_places, two_gone, well

__all__ = ["lost", "two_gone"]


async def rebuilt(home: Home, *words: str) -> None:
    """Run ``rebuild notify``, after which a fold finds no difference."""
    ran = await asyncio.to_thread(run, home, "rebuild", "notify", *words)
    checked = await asyncio.to_thread(run, home, "rebuild", "notify", "--check")
    assert (ran.code, checked.code) == (0, 0), ran.out + ran.err + checked.out


async def test_rebuilt_from_its_log(lost: Lost) -> None:
    await rebuilt(lost.home)

    assert same_places(lost, await well(lost))


async def test_rebuilt_from_the_archive_and_the_stream(lost: Lost) -> None:
    destroy(lost.home, "notify")

    await rebuilt(lost.home, "--from-archive")

    assert same_places(lost, await well(lost))


async def test_rebuilt_from_the_archive_alone_after_the_erasure_and_once_more(lost: Lost) -> None:
    await well(lost)
    for name in ("notify", "casework"):
        destroy(lost.home, name)
        ran = await asyncio.to_thread(run, lost.home, "rebuild", name, "--from-archive")
        assert ran.code == 0, ran.out + ran.err

    assert same_places(lost, await well(lost))
