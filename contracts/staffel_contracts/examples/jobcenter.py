"""A jobcenter's own program at the other end: ``python -m staffel_contracts.examples.jobcenter``.

It knows the contracts and nothing else: it follows its feed, fetches the sheets, and answers with
commands; sometimes late, sometimes with a question, sometimes no, sometimes not at all. A working
day begins when its date comes in on standard input, one ISO date a line; when all that was due up
to then is answered it says ``done <date> <counts>``. It keeps its place in memory, as an example
may; a real system keeps it in its database.
"""

import argparse
import asyncio
import json
import os
import sys
from contextlib import suppress
from datetime import date

from staffel_contracts.client import Connection, Disclosed
from staffel_contracts.examples.desk import Desk

PASSWORD = "STAFFEL_AGENCY_PASSWORD"  # noqa: S105 - where the password is, not what it is


async def follow(connection: Connection, desk: Desk) -> None:
    """Deal with the feed's entries side by side, those of one case in their order."""
    latest: dict[str | None, asyncio.Task[None]] = {}
    async for entry in connection.feed():
        task = asyncio.create_task(_deal_with(desk, entry, latest.get(entry.case)))
        latest[entry.case] = task
        task.add_done_callback(
            lambda done, case=entry.case: _forget(latest, case, done)  # type: ignore[misc]
        )


async def _deal_with(desk: Desk, entry: Disclosed, before: asyncio.Task[None] | None) -> None:
    if before:
        await asyncio.wait({before})
    await desk.hear(entry)
    await entry.done()


def _forget(
    latest: dict[str | None, asyncio.Task[None]], case: str | None, done: asyncio.Task[None]
) -> None:
    if latest.get(case) is done:
        del latest[case]
    if not done.cancelled():
        done.result()


async def days() -> asyncio.StreamReader:
    """Standard input, line by line."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def told(desk: Desk) -> dict[str, int | str | None]:
    """How often what was done, and the first day on which something is to be done (``next``)."""
    following = desk.agenda.next
    return {**desk.counts, "next": following.isoformat() if following else None}


async def run(url: str, agency: str, password: str, seed: int) -> None:
    """Work until standard input ends."""
    connection = await Connection.open(url, agency, password)
    desk = Desk(connection, seed)
    following = asyncio.create_task(follow(connection, desk))
    lines = await days()
    while line := (await lines.readline()).decode().strip():
        day = date.fromisoformat(line)
        await desk.begin(day)
        sys.stdout.write(f"done {day.isoformat()} {json.dumps(told(desk))}\n")
        sys.stdout.flush()
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    await connection.close()


def main() -> None:
    """Read the options and work."""
    options = argparse.ArgumentParser(prog="jobcenter", description=(__doc__ or "").split("\n")[0])
    options.add_argument("--nats", required=True, help="where the platform's NATS server is")
    options.add_argument("--user", required=True, help="the agency, such as jobcenter-12069")
    options.add_argument("--seed", type=int, default=1, help="chance, the same for the same seed")
    given = options.parse_args()
    if PASSWORD not in os.environ:
        options.error(f"the password is expected in the environment: {PASSWORD}")
    asyncio.run(run(given.nats, given.user, os.environ[PASSWORD], given.seed))


if __name__ == "__main__":
    main()
