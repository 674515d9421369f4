"""The example of a subscriber in JavaScript as a program of an agency, with its ledger."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.node import NODE, with_packages
from tests.support.purity import ROOT
from tests.support.until import until

EXAMPLE = ROOT / "contracts/staffel_contracts/examples/subscriber.mjs"


class Subscriber:
    """The example in a folder of its own, with its ledger."""

    def __init__(self, folder: Path, url: str, agency: str, password: str) -> None:
        """Lay out the folder."""
        self._folder, self.ledger = folder, folder / "taken.jsonl"
        self._environment = {
            **os.environ,
            "STAFFEL_URL": url,
            "STAFFEL_AGENCY": agency,
            "STAFFEL_PASSWORD": password,
            "STAFFEL_LEDGER": str(self.ledger),
        }
        folder.mkdir()
        shutil.copy(EXAMPLE, with_packages(folder))

    def exchange(self, user: str) -> None:
        """Log in as another user than the one that is named like the agency."""
        self._environment["STAFFEL_USER"] = user

    def look_every(self, seconds: float) -> None:
        """Ask so often for what did not come by itself."""
        self._environment["STAFFEL_LOOK_SECONDS"] = str(seconds)

    def use_context(self, folder: Path, user: str | None = None) -> None:
        """Log in by a file below the folder and not by the environment."""
        context = folder / "nats/context/platform.json"
        context.parent.mkdir(parents=True)
        url, agency, password = (
            self._environment[f"STAFFEL_{name}"] for name in ("URL", "AGENCY", "PASSWORD")
        )
        document: dict[str, Any] = {"url": url, "user": user or agency, "password": password}
        if user:
            document["staffel"] = {"agency": agency}
        context.write_text(json.dumps(document))
        self.take_context(context, folder)

    def take_context(self, context: Path, folder: Path) -> None:
        """Log in by this file below ``folder`` alone."""
        for name in ("URL", "AGENCY", "PASSWORD"):
            self._environment.pop(f"STAFFEL_{name}", None)
        self._environment |= {"STAFFEL_CONTEXT": context.stem, "XDG_CONFIG_HOME": str(folder)}

    def taken(self) -> list[dict[str, Any]]:
        """What it took in."""
        if not self.ledger.exists():
            return []
        *lines, _ = self.ledger.read_text().split("\n")
        return [json.loads(line) for line in lines]

    async def until_taken(self, number: int) -> list[dict[str, Any]]:
        """What it took in, as soon as it is so much."""
        await until(lambda: len(self.taken()) >= number, f"{number} entries taken in")
        return self.taken()

    @asynccontextmanager
    async def running(self, *, ended_by: str = "terminate") -> AsyncIterator[None]:
        """It runs for the time of the block; ended by a signal, it ends well."""
        process = await asyncio.create_subprocess_exec(
            NODE, EXAMPLE.name, cwd=self._folder, env=self._environment
        )
        try:
            yield
            getattr(process, ended_by)()
            ended_with = await asyncio.wait_for(process.wait(), 20)
            assert ended_with == (0 if ended_by == "terminate" else -9)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
