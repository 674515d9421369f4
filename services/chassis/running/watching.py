"""What a service's health and its levels are read from: every loop, and what it waits for."""

import time
from collections.abc import Callable

from services.chassis.running.health import LAG_AFTER
from services.chassis.running.runtime import Runtime


def watch_loops(runtime: Runtime, not_erased: Callable[[], str | None]) -> None:
    """Have the health and the metrics of a running service look at its loops.

    ``not_erased`` says why somebody who is to be erased is not.
    """
    health, metrics, writer = runtime.health, runtime.metrics, runtime.writer
    health.watch("writer", lambda: writer.heartbeat, lambda: _stopped(runtime))
    relay = runtime.relay
    health.watch("relay", lambda: relay.heartbeat, lambda: relay.forked or relay.last_error)
    health.watch("timers", lambda: runtime.timers.heartbeat, lambda: runtime.timers.problem)
    health.watch("eraser", time.monotonic, not_erased)
    if checkpoints := runtime.checkpoints:
        health.watch("checkpoints", lambda: checkpoints.heartbeat)
        metrics.level("log_unsigned", lambda: writer.head.size - checkpoints.size)
    if reader := runtime.reader:
        health.watch("reader", lambda: reader.heartbeat, lambda: reader.problem)
        health.check(lambda: _behind(runtime))
        for log in runtime.service.hears:
            metrics.lag(log, lambda log=log: _lag(runtime, log))  # type: ignore[misc]
    health.check(lambda: [] if runtime.nc.is_connected else ["NATS: not connected"])
    health.check(lambda: _issuer_away(runtime))
    metrics.level("parked_cases", lambda: len(runtime.desk.parked))
    metrics.level("log_size", lambda: writer.head.size)
    metrics.level("waiting", lambda: writer.waiting)
    metrics.level("relay_behind", lambda: relay.size - relay.position)


def _stopped(runtime: Runtime) -> str | None:
    writer = runtime.writer
    if stopped := writer.stopped_by:
        return f"stopped: {type(stopped).__name__}"
    return writer.line.held or writer.trouble


def _lag(runtime: Runtime, log: str) -> int:
    assert runtime.reader is not None  # noqa: S101 - only asked where logs are heard
    return max(0, runtime.reader.sizes.get(log, 0) - runtime.desk.cursors.get(log, 0))


def _behind(runtime: Runtime) -> list[str]:
    lags = {log: _lag(runtime, log) for log in runtime.service.hears}
    return [f"reader: {lag} entries behind {log}" for log, lag in lags.items() if lag > LAG_AFTER]


def _issuer_away(runtime: Runtime) -> list[str]:
    trouble = runtime.identity.issuer.problem() if runtime.identity.issuer else None
    return [trouble] if trouble else []
