"""The embedded server keeps what it acknowledged and its address, whatever ends it."""

import stat
from pathlib import Path

import pytest
from nats.aio.client import Client

from services.chassis.transport import nats_server
from services.chassis.transport.nats_server import NatsServer, ServerTrouble, free_port
from services.chassis.transport.provision import provision
from tests.support.nats import AGENCIES, accounts, connect, server_in, stored
from tests.support.small_disk import small_disk
from tests.support.until import until


async def test_what_was_acknowledged_survives_a_kill(server: NatsServer, nc: Client) -> None:
    js = nc.jetstream()
    for number in range(20):
        await js.publish("log.casework.x", str(number).encode())

    server.kill()
    server.start()
    await until(lambda: nc.is_connected and nc.stats["reconnects"] == 1)

    assert await stored(nc) == [str(number).encode() for number in range(20)]


def test_a_port_that_is_taken_is_told_with_the_servers_own_words(
    server: NatsServer, tmp_path: Path
) -> None:
    second = NatsServer(tmp_path / "second", accounts(), port=server.port)

    with pytest.raises(ServerTrouble, match="address already in use"):
        second.start()


def test_a_server_runs_in_a_folder_whose_name_is_not_ascii(tmp_path: Path) -> None:
    with server_in(tmp_path / 'Härte "100%" \\') as server:
        assert server.running


def test_a_server_left_behind_by_a_killed_parent_is_ended(tmp_path: Path) -> None:
    left = server_in(tmp_path)
    left.start()
    heir = server_in(tmp_path)

    heir.start()

    assert heir.running
    assert not left.running
    heir.stop()


def test_a_server_is_watched_on_its_monitoring_port(tmp_path: Path) -> None:
    server = NatsServer(tmp_path, accounts(), monitor_port=free_port())

    with server:
        assert server.running

    assert not server.running


def test_only_its_owner_may_read_the_configuration(server: NatsServer) -> None:
    mode = (server.folder / "nats.conf").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_accounts_that_do_not_stand_are_refused_and_the_former_ones_stay(
    server: NatsServer,
) -> None:
    with pytest.raises(ServerTrouble, match="did not reload"):
        server.reload(accounts("PLATFORM"))

    server.stop()
    server.start()
    assert server.running


async def test_the_log_is_synchronised_with_every_message(server: NatsServer, nc: Client) -> None:
    assert nc.is_connected
    assert '"sync_interval": "always"' in (server.folder / "nats.conf").read_text()


async def test_a_server_that_started_on_a_full_disk_takes_what_fits_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = server_in(tmp_path)
    with small_disk(server.folder / "store", 16) as disk:
        binary = disk.server(tmp_path / "nats-server")
        monkeypatch.setattr(nats_server, "find_binary", lambda: binary)
        disk.fill(leaving_kib=1_024)
        with server:
            disk.free()
            nc = await connect(server, "ops")
            await provision(nc, {}, AGENCIES)  # whose inboxes may become larger than this disk
            for _ in range(4):
                await nc.jetstream().publish("log.casework.x", bytes(1_000_000))

            assert len(await stored(nc)) == 4
            await nc.close()
