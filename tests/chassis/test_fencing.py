"""One writer per log: a lease with an epoch, checked by every commit."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.chassis.store.lease import LEASE, Watch, may_be_alive, this_process
from services.chassis.store.log import Fenced, read_head, renew_lease, take_lease
from services.chassis.work import Answer, DueWork, Read, ReadWork, Work
from services.chassis.writing.writer import Writer
from tests.support.desk import Toy, body, hear, new_toy, open_toy


@pytest.fixture
def toy(database: str, tmp_path: Path) -> Iterator[Toy]:
    with new_toy(database, tmp_path) as toy:
        (tmp_path / "key").write_text(toy.master.hex())
        yield toy


class Holder:
    """Another process that wants the log."""

    def __init__(self, toy: Toy, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.support.holder"]
        self.process = subprocess.Popen(
            [*command, toy.url, toy.keyring_url, str(folder / "key")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def says(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def write(self, place: str, key: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{place} {key}\n")
        self.process.stdin.flush()

    def end(self, number: int = signal.SIGKILL) -> None:
        self.process.send_signal(number)
        self.process.communicate()


def lease_runs_out(toy: Toy) -> None:
    with toy.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE head SET lease_until = 1")


def lease_lasts(toy: Toy) -> None:
    """However long a busy machine takes to start the next process."""
    with toy.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE head SET lease_until = 4000000000000000")


def test_two_processes_cannot_both_write(toy: Toy, tmp_path: Path) -> None:
    lease_runs_out(toy)
    first = Holder(toy, tmp_path)
    assert first.says() == "held"
    lease_lasts(toy)

    second = Holder(toy, tmp_path)

    assert second.says() == "fenced"
    second.process.communicate()
    first.end()


def test_the_log_of_a_killed_process_is_taken_over_at_once(toy: Toy, tmp_path: Path) -> None:
    lease_runs_out(toy)
    first = Holder(toy, tmp_path)
    first.says()
    first.write("a", "k1")
    assert first.says() == "k1 200"
    first.end()

    second = Holder(toy, tmp_path)

    assert second.says() == "held"
    second.write("a", "k1")
    assert second.says() == "k1 200"
    second.end()
    assert [entry["index"] for entry in toy.entries()] == [0, 1]


def test_a_process_that_was_paused_and_superseded_cannot_write_when_it_wakes(
    toy: Toy, tmp_path: Path
) -> None:
    lease_runs_out(toy)
    paused = Holder(toy, tmp_path)
    paused.says()
    paused.process.send_signal(signal.SIGSTOP)
    lease_runs_out(toy)
    heir = Holder(toy, tmp_path)
    assert heir.says() == "held"
    heir.write("a", "k1")
    assert heir.says() == "k1 200"

    paused.process.send_signal(signal.SIGCONT)
    paused.write("b", "k2")

    assert paused.says() == "fenced"
    paused.process.communicate()
    heir.end()
    assert {entry["subject"] for entry in toy.entries()} == {"a"}


def test_those_who_wait_on_a_fenced_writer_are_turned_away(toy: Toy) -> None:
    stale = toy.writer
    lease_runs_out(toy)
    with toy.engine.begin() as conn:
        now = datetime.now(UTC)
        take_lease(conn, "another-host/1/1", now, now + timedelta(hours=1), Watch().may_be_alive)
    answers: list[Answer] = []
    work = toy.visit("a")
    work.settle = answers.append

    stale.start()
    stale.submit(work)
    stale.stop()

    assert [answer.status for answer in answers] in ([503], [])
    assert isinstance(stale.stopped_by, Fenced)
    assert toy.entries() == []


def test_a_lease_of_another_host_is_waited_for(toy: Toy) -> None:
    now = datetime.now(UTC)
    lease_runs_out(toy)
    with toy.engine.begin() as conn:
        take_lease(conn, "another-host/1/1", now, now + timedelta(hours=1), Watch().may_be_alive)

    with pytest.raises(Fenced, match="another-host/1/1 holds the log until"):
        open_toy(toy.url, toy.keyring_url, toy.master, toy.clock)


def test_a_lease_from_a_clock_that_ran_ahead_is_not_waited_for_when_its_holder_is_gone(
    toy: Toy,
) -> None:
    ahead, seconds = datetime.now(UTC) + timedelta(days=1), [0.0]
    lease_runs_out(toy)
    with toy.engine.begin() as conn:
        take_lease(conn, "another-host/1/1", ahead, ahead + LEASE, Watch().may_be_alive)
    standby = Writer(toy.writer.desk, toy.engine, toy.clock, watch=Watch(lambda: seconds[0]))

    for later in (0.0, 3.0, 3.0):
        seconds[0] += later
        with pytest.raises(Fenced):
            standby.open()
    with toy.engine.begin() as conn:
        renew_lease(conn, 2, ahead + LEASE + timedelta(seconds=2))
    seconds[0] += 3.0
    with pytest.raises(Fenced):  # it lives: it has renewed its lease
        standby.open()
    seconds[0] += LEASE.total_seconds() + 1
    standby.open()

    assert standby.head.epoch == 3


def test_a_writer_that_closed_leaves_the_log_free(toy: Toy) -> None:
    toy.writer.close()

    with toy.engine.begin() as conn:
        now = datetime.now(UTC)
        epoch = take_lease(conn, "another-host/1/1", now, now, Watch().may_be_alive)

    assert epoch == 2


def test_this_very_process_is_alive_and_a_dead_one_is_not() -> None:
    host, pid, started = this_process().split("/")

    assert may_be_alive(f"{host}/{pid}/{started}")
    assert not may_be_alive(f"{host}/{pid}/1")
    assert not may_be_alive(f"{host}/4194999/77")
    assert may_be_alive(f"elsewhere/{pid}/1")


def test_a_head_that_moved_behind_the_writers_back_stops_it(toy: Toy) -> None:
    toy.run(toy.visit("a"))
    with toy.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE head SET size = size + 1")

    with pytest.raises(Fenced):
        toy.writer.run([toy.visit("b")])

    with toy.engine.connect() as conn, pytest.raises(ValueError, match="a tree of 3 leaves"):
        read_head(conn)


def test_an_unopened_writer_has_no_head(toy: Toy) -> None:
    with pytest.raises(RuntimeError, match="was not opened"):
        _ = Writer(toy.writer.desk, toy.engine, toy.clock).head


def test_a_log_that_is_held_takes_nothing_in_and_takes_all_of_it_once_it_is_not(toy: Toy) -> None:
    outcomes: list[Any] = []
    works: list[Work] = [hear(toy.gossip(0, "a")), DueWork([]), toy.visit("b")]
    read = ReadWork([Read("district-12069", "r", "caseworker", None, "query/case", ("a",))])
    for work in (*works, read):
        work.settle = outcomes.append
        toy.writer.line.add(work)

    toy.writer.line.hold("two histories")
    taken = toy.writer.line.take()
    toy.writer.line.hold(None)

    assert taken == [read]
    assert toy.writer.line.take() == works
    assert outcomes == []


def test_a_log_that_is_held_for_good_turns_commands_away_and_leaves_the_rest_unread(
    toy: Toy,
) -> None:
    command, heard = toy.visit("b"), hear(toy.gossip(0, "a"))
    outcomes: list[Any] = []
    command.settle = outcomes.append
    toy.writer.start()
    toy.writer.line.hold("two histories", for_good=True)
    toy.writer.submit(heard)
    toy.writer.submit(command)
    toy.writer.stop()

    assert body(outcomes[0])["code"] == "unavailable"
    assert toy.entries() == []
    assert toy.writer.desk.cursors == {"gossip": 0}
