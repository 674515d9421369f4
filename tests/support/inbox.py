"""The feed as the platform publishes it into an agency's inbox, for tests without a platform."""

import asyncio
import json
from contextlib import suppress

from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError

from services.chassis.transport.nats_accounts import api_prefix, feed_subject
from staffel_contracts.facts.casework import CourseStarted
from tests.support.given import day
from tests.support.nats import AGENCIES, api

AGENCY = AGENCIES[1]
STARTED = CourseStarted(course_ref="course-1", started_on=day("2025-03-03"), days_waited=3)


def event(index: int, case: str = "c-1") -> dict[str, object]:
    """An entry of the feed."""
    data = STARTED.model_dump(mode="json")
    return {"feedindex": index, "type": STARTED.TYPE, "subject": case, "data": data}


async def disclose(platform: Client, *indexes: int) -> None:
    """Publish entries into the agency's inbox, in this order."""
    for index in indexes:
        body = json.dumps(event(index)).encode()
        await until_stored(platform, feed_subject(AGENCY), body)


async def until_stored(platform: Client, subject: str, body: bytes) -> None:
    """Publish until it is stored: what goes to a server that was just killed is lost."""
    async with asyncio.timeout(60):
        while True:
            with suppress(NatsTimeoutError, NoRespondersError):
                await platform.request(subject, body, timeout=1)
                return


async def unacknowledged(platform: Client) -> int:
    """How many entries the agency has not dealt with."""
    info = await api(platform, f"{api_prefix(AGENCY)}.CONSUMER.INFO.INBOX.app")
    return int(info["num_pending"]) + int(info["num_ack_pending"])
