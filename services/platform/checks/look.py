"""What several checks look at, fetched once: the services' own word, and the moment."""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import httpx

from services.platform.config import AUDIT
from services.platform.installation import Installation

ANSWER_SECONDS = 10.0


class Look:
    """One look at an installation."""

    def __init__(self, installation: Installation) -> None:
        """Begin to look; nothing is asked yet."""
        self.at = installation
        self.now = datetime.now(UTC)

    @cached_property
    def statuses(self) -> dict[str, dict[str, Any] | None]:
        """What each service says of itself; ``None`` where it does not answer."""
        return {name: self._ask(name) for name in self.at.services}

    @cached_property
    def audit(self) -> dict[str, Any] | None:
        """What the process that audits says of itself."""
        return self._ask(AUDIT)

    def _ask(self, process: str) -> dict[str, Any] | None:
        operator = {"Authorization": f"Bearer {self.at.home.config.service_passwords[process]}"}
        url = self.at.home.http_url(process)
        try:
            with httpx.Client(base_url=url, timeout=ANSWER_SECONDS, trust_env=False) as client:
                ready: dict[str, Any] = client.get("/health/ready").json()
                asked = datetime.now(UTC)
                status: dict[str, Any] = client.get("/status", headers=operator).json()
        except (httpx.HTTPError, ValueError):
            return None
        # Another platform may listen there, or a process may not have taken up its login yet.
        return ready | status | {"asked": asked} if "service" in status else None

    def clock_of(self, service: str) -> datetime:
        """The moment that a service believes it is; ours, where it does not answer."""
        status = self.statuses[service]
        if status is not None:
            return datetime.fromisoformat(status["now"])
        return self.at.clock_starts or self.now


def lasting(span: timedelta) -> str:
    """A span of time in the largest unit that makes sense."""
    seconds = max(0, int(span.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
