"""A service says why it is not ready: which loop, which log, which neighbour."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from services.chassis.running.health import LAG_AFTER, Health
from services.chassis.running.metrics import Metrics
from services.chassis.running.watching import watch_loops
from services.chassis.store.log import Fenced


def running() -> Any:
    """A service at rest, as its health sees it; each test puts one thing out of order."""
    now = time.monotonic()
    return SimpleNamespace(
        health=Health(),
        metrics=Metrics("casework"),
        writer=SimpleNamespace(
            heartbeat=now,
            stopped_by=None,
            trouble=None,
            waiting=3,
            head=SimpleNamespace(size=9),
            line=SimpleNamespace(held=None),
        ),
        relay=SimpleNamespace(heartbeat=now, forked=None, last_error=None, size=9, position=7),
        timers=SimpleNamespace(heartbeat=now, problem=None),
        eraser=SimpleNamespace(problem=None),
        checkpoints=SimpleNamespace(heartbeat=now, size=5),
        reader=SimpleNamespace(heartbeat=now, problem=None, sizes={"intake": LAG_AFTER}),
        service=SimpleNamespace(hears=("intake",)),
        desk=SimpleNamespace(cursors={}, parked={"c-1"}),
        nc=SimpleNamespace(is_connected=True),
        identity=SimpleNamespace(issuer=SimpleNamespace(problem=lambda: None)),
    )


def reasons(runtime: Any) -> list[str]:
    """Why it is not ready."""
    watch_loops(runtime, lambda: runtime.eraser.problem)
    found: list[str] = runtime.health.reasons()
    return found


def test_a_service_at_rest_is_ready() -> None:
    assert reasons(running()) == []


@pytest.mark.parametrize(
    ("part", "name", "value", "reason"),
    [
        ("writer", "stopped_by", Fenced(), "writer: stopped: Fenced"),
        ("writer", "trouble", "the disk is full", "writer: the disk is full"),
        ("writer", "line", SimpleNamespace(held="not compared"), "writer: not compared"),
        ("timers", "problem", "the disk is full", "timers: the disk is full"),
        ("relay", "forked", "two histories", "relay: two histories"),
        ("relay", "last_error", "not connected", "relay: not connected"),
        ("eraser", "problem", "a key is there again", "eraser: a key is there again"),
        ("reader", "problem", "no consumer", "reader: no consumer"),
        ("reader", "sizes", {"intake": LAG_AFTER + 1}, "reader: 5001 entries behind intake"),
        ("nc", "is_connected", False, "NATS: not connected"),
        ("identity", "issuer", SimpleNamespace(problem=lambda: "away"), "away"),
        *[
            (loop, "heartbeat", -100.0, f"{loop}: silent for")
            for loop in ("writer", "relay", "timers", "checkpoints", "reader")
        ],
    ],
)
def test_what_is_out_of_order_is_the_reason(part: str, name: str, value: Any, reason: str) -> None:
    runtime = running()
    setattr(getattr(runtime, part), name, value)

    (found,) = reasons(runtime)
    assert found.startswith(reason)


def test_a_service_that_hears_nobody_and_signs_nothing_is_watched_as_well() -> None:
    runtime = running()
    runtime.reader = runtime.checkpoints = runtime.identity.issuer = None

    assert reasons(runtime) == []


def test_levels_say_how_far_the_loops_are() -> None:
    runtime = running()
    watch_loops(runtime, lambda: runtime.eraser.problem)

    told = runtime.metrics.text().decode()
    levels = {"log_unsigned": 4, "parked_cases": 1, "log_size": 9, "waiting": 3, "relay_behind": 2}
    for name, value in levels.items():
        assert f'level="{name}",service="casework"}} {value:.1f}\n' in told
    assert f'log="intake",service="casework"}} {LAG_AFTER:.1f}\n' in told
