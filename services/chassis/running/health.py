"""Whether a service is alive and ready, and why it is not."""

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

SILENT_AFTER = 15.0
LAG_AFTER = 5000


class Loop(NamedTuple):
    """A loop of the service: its name, when it last turned (monotonic seconds), what stops it."""

    name: str
    heartbeat: Callable[[], float]
    problem: Callable[[], str | None]


def _no_problem() -> str | None:
    return None


class Health:
    """Collects the loops of a service and what they say."""

    def __init__(self) -> None:
        """No loops yet."""
        self._loops: list[Loop] = []
        self._checks: list[Callable[[], Iterable[str]]] = []

    def watch(
        self,
        name: str,
        heartbeat: Callable[[], float],
        problem: Callable[[], str | None] = _no_problem,
    ) -> None:
        """Watch a loop."""
        self._loops.append(Loop(name, heartbeat, problem))

    def check(self, check: Callable[[], Iterable[str]]) -> None:
        """Ask ``check`` for reasons why the service is not ready."""
        self._checks.append(check)

    def silent(self) -> list[str]:
        """The loops that have not turned for a while; a restart may help."""
        now = time.monotonic()
        return [
            f"{loop.name}: silent for {now - loop.heartbeat():.0f} s"
            for loop in self._loops
            if now - loop.heartbeat() > SILENT_AFTER
        ]

    def reasons(self) -> list[str]:
        """Why the service is not ready; empty if it is."""
        found = self.silent()
        found += [f"{loop.name}: {p}" for loop in self._loops if (p := loop.problem())]
        return found + [reason for check in self._checks for reason in check()]
