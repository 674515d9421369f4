"""A subscriber over NATS with one fault: ``python faulty.py FAULT``."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import nats

KNOWN = ("course-enrolled.v1", "handoff-accepted.v1", "handoff-expired.v1")
FAULT = sys.argv[1]
LEDGER = Path(os.environ["STAFFEL_LEDGER"])


def taken() -> set[int]:
    if not LEDGER.exists():
        return set()
    return {json.loads(line)["index"] for line in LEDGER.read_text().splitlines()}


def take(event: dict[str, Any]) -> None:
    with LEDGER.open("a") as file:
        file.write(json.dumps({"index": event["feedindex"]}) + "\n")


async def feed(nc: Any, start: int, limit: int = 1000) -> list[dict[str, Any]]:
    question = json.dumps({"start": start, "limit": limit}).encode()
    reply = await nc.request("ask.notify.feed", question, timeout=5)
    entries: list[dict[str, Any]] = json.loads(reply.data)["entries"]
    return entries


async def main() -> None:
    agency = os.environ["STAFFEL_AGENCY"]
    patient = FAULT == "waits for ever"
    nc = await nats.connect(
        os.environ["STAFFEL_URL"],
        user=agency,
        password=os.environ["STAFFEL_PASSWORD"],
        inbox_prefix=f"_INBOX_{agency}".encode(),
        allow_reconnect=patient,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.2,
    )
    seen = set() if FAULT == "forgets" else taken()
    pull = await nc.jetstream().pull_subscribe_bind("app", "INBOX")
    if FAULT != "has no memory":
        for event in await feed(nc, max(seen, default=-1) + 1):
            seen.add(event["feedindex"])
            take(event)
    while True:
        try:
            messages = await pull.fetch(100, timeout=1)
        except TimeoutError:
            continue
        for message in messages:
            await deal_with(nc, json.loads(message.data), seen)
            await message.ack()


async def deal_with(nc: Any, event: dict[str, Any], seen: set[int]) -> None:
    index = event["feedindex"]
    if FAULT == "counts twice":
        take(event)
        return
    if index in seen:
        return
    if FAULT == "stops at what it does not know" and event["type"] not in KNOWN:
        sys.exit(1)
    if FAULT == "stops at what it cannot read" and 7 in event.get("data", {}).values():
        sys.exit(1)
    wanted = max(seen, default=index - 1 if FAULT == "has no memory" else -1) + 1
    if index > wanted and FAULT != "overlooks holes":
        for missing in await feed(nc, wanted, index - wanted):
            seen.add(missing["feedindex"])
            take(missing)
    seen.add(index)
    take(event)


asyncio.run(main())
