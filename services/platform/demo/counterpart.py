"""The jobcenter at the other end: a program of its own, of which only its lines are known."""

import asyncio
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import IO, Any, Self

from services.platform.home import Home
from staffel_contracts.examples.jobcenter import PASSWORD

PROGRAM = "staffel_contracts.examples.jobcenter"
_PATIENCE = 60.0
_FAREWELL = 10.0


class CounterpartGone(Exception):
    """The jobcenter's program ended or fell silent."""


class Counterpart:
    """The jobcenter's program in a process of its own: give it days, it says what it has done."""

    def __init__(self, process: asyncio.subprocess.Process, errors: IO[bytes]) -> None:
        """Talk to a process."""
        self._process, self._errors = process, errors
        self.counts: dict[str, int] = {}
        self.next: date | None = None

    @classmethod
    async def start(cls, home: Home, agency: str, seed: int) -> Self:
        """Start it for an agency; what it says on standard error goes to the home's ``logs``."""
        errors = (home.folder / "logs" / f"{agency}.log").open("ab")
        command = [PROGRAM, "--nats", home.nats_url, "--user", agency, "--seed", str(seed)]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *command,
            env={**os.environ, PASSWORD: home.config.agency_passwords[agency]},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        return cls(process, errors)

    async def work(self, day: date) -> None:
        """Let it do what is due up to ``day``, and note where it stands.

        Raises:
            CounterpartGone: it ended, or said nothing for a minute.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None  # noqa: S101 - both are pipes
        assert stdout is not None  # noqa: S101
        try:
            stdin.write(f"{day.isoformat()}\n".encode())
            await stdin.drain()
            line = await asyncio.wait_for(stdout.readline(), _PATIENCE)
        except (ConnectionError, TimeoutError) as error:
            raise CounterpartGone(type(error).__name__) from error
        self._note(line.decode())

    async def stop(self) -> None:
        """Let it end."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _FAREWELL)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._errors.close()

    def _note(self, line: str) -> None:
        if not line.startswith("done "):
            raise CounterpartGone(f"it ended with {self._process.returncode}")
        told: dict[str, Any] = json.loads(line.split(" ", 2)[2])
        day = told.pop("next")
        self.next = date.fromisoformat(day) if day else None
        self.counts = told


def log_of(home: Home, agency: str) -> Path:
    """Where the program's standard error is kept."""
    return home.folder / "logs" / f"{agency}.log"
