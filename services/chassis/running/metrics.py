"""Prometheus metrics of one service: counts and times, never ids of cases or persons."""

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from services.chassis.store.log import Stored
from services.chassis.writing.result import Result

_SIZES = (1, 2, 5, 10, 25, 50, 100, 250, 500)
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class Metrics:
    """What the writer and the loops are measured by."""

    def __init__(self, service: str) -> None:
        """Prepare the metrics of one service in a registry of their own."""
        self.registry = CollectorRegistry()
        made = self.registry
        self._entries = Counter(
            "staffel_entries", "Entries said", ["service"], registry=made
        ).labels(service)
        self._batch = Histogram(
            "staffel_batch_inputs", "Inputs per batch", ["service"], buckets=_SIZES, registry=made
        ).labels(service)
        self._commit = Histogram(
            "staffel_commit_seconds", "Time per batch", ["service"], buckets=_SECONDS, registry=made
        ).labels(service)
        self._gauge = Gauge("staffel_level", "Levels", ["service", "level"], registry=made)
        self._lag = Gauge(
            "staffel_lag_entries", "Entries not yet read", ["service", "log"], registry=made
        )
        self._service = service

    def committed(self, entries: Sequence[Stored], result: Result, seconds: float) -> None:
        """Count a commit."""
        self._entries.inc(len(entries))
        self._batch.observe(result.inputs)
        self._commit.observe(seconds)

    def level(self, name: str, value: Callable[[], float]) -> None:
        """Show a level that is read when it is asked for, such as ``parked_cases``."""
        self._gauge.labels(self._service, name).set_function(value)

    def lag(self, log: str, value: Callable[[], float]) -> None:
        """Show how far the reader is behind a log."""
        self._lag.labels(self._service, log).set_function(value)

    def text(self) -> bytes:
        """The metrics in Prometheus' text format."""
        return generate_latest(self.registry)
