"""The bus' disk is full or its files are damaged: the logs fill it again, readers miss nothing.

Invariant: once healed, the stream holds every entry of the log once and in order, and a reader has
accepted every entry once and in order, whatever it had heard before.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from nats.aio.client import Client

from services.chassis.transport import lane, nats_server
from services.chassis.transport.log_endpoint import LogEndpoint
from services.chassis.transport.nats_server import NatsServer
from services.chassis.transport.provision import provision
from services.chassis.transport.wire import place_of
from tests.support.carrying import CASEWORK, places, relaying
from tests.support.ears import Ear, reading
from tests.support.nats import HEARS, connect, server_in, stored_places
from tests.support.small_disk import small_disk
from tests.support.until import until
from tests.support.wires import ListSource, make_wires

ENTRIES = 2_000


def block(server: NatsServer) -> Path:
    """The newest file with messages of LOG."""
    return max(server.folder.rglob("streams/LOG/msgs/*.blk"), key=lambda path: path.stat().st_size)


def flip_a_bit(server: NatsServer) -> None:
    path = block(server)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut_off_the_end(server: NatsServer) -> None:
    path = block(server)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def delete_the_block(server: NatsServer) -> None:
    block(server).unlink()


@pytest.mark.parametrize("harm", [flip_a_bit, cut_off_the_end, delete_the_block])
async def test_damaged_stream_files_are_healed_from_the_log(
    tmp_path: Path, harm: Callable[[NatsServer], None]
) -> None:
    server, source, ear = server_in(tmp_path), ListSource(make_wires("casework", 0, ENTRIES)), Ear()
    with server:
        nc = await connect(server, "ops")
        await provision(nc, HEARS)
        await answering(nc, source)
        async with relaying(nc, source) as relay, reading(server, ear) as reader:
            await until(lambda: reader.accepted == ENTRIES)
            server.kill()
            for index in server.folder.rglob("streams/LOG/msgs/index.db"):
                index.unlink()  # else the server may trust it instead of what it finds
            harm(server)
            server.start()
            source.lines += make_wires("casework", ENTRIES, ENTRIES + 500)
            relay.wake()

            await until(lambda: reader.accepted == ENTRIES + 500, "all heard", 120)
            await until(lambda: relay.position == ENTRIES + 500, "all carried", 120)

        assert ear.wires() == source.lines
        assert await last_place(nc) == ("casework", ENTRIES + 499)
        assert relay.forked is None
        await nc.close()


async def test_a_full_disk_loses_nothing_and_work_goes_on_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "_ANSWER_SECONDS", 0.5)
    server, source, ear = server_in(tmp_path), ListSource(make_wires("casework", 0, 6_000)), Ear()
    with small_disk(server.folder / "store", 16) as disk:
        binary = disk.server(tmp_path / "nats-server")
        monkeypatch.setattr(nats_server, "find_binary", lambda: binary)
        with server:
            nc = await connect(server, "ops")
            await provision(nc, HEARS)
            await answering(nc, source)
            disk.fill(leaving_kib=1_024)
            async with relaying(nc, source) as relay, reading(server, ear) as reader:
                await until(
                    lambda: relay.last_error is not None and relay.position > 0, "full", 120
                )
                carried = relay.position
                assert carried < len(source.lines)
                disk.free()
                server.stop()
                server.start()
                await until(lambda: relay.position == len(source.lines), "all carried", 120)
                await until(lambda: reader.accepted == len(source.lines), "all heard", 120)

            assert ear.wires() == source.lines
            assert await stored_places(nc) == places("casework", len(source.lines))
            await nc.close()


async def answering(nc: Client, source: ListSource) -> None:
    """Let the sayers answer for their logs."""
    await LogEndpoint(nc, "casework", source).start()
    await LogEndpoint(nc, "intake", ListSource()).start()


async def last_place(nc: Client) -> tuple[str, int]:
    return place_of((await lane.last_on(nc, CASEWORK)).wire)
