"""Making the streams and consumers of a platform, once and from outside: services never do.

What is missing is made. Settings that cannot lose anything are brought up to date. All else that
differs is only reported: nothing here shortens, empties or replaces a stream.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from services.chassis.transport.lane import LOG
from services.chassis.transport.nats_accounts import AGENCY_BYTES, INBOX, INBOX_CONSUMER, api_prefix

_ACK_WAIT_SECONDS = 60.0
_READER_PENDING = 20_000
_AGENCY_PENDING = 1_000
_INBOX_SHARE = 0.9
_DUPLICATES_SECONDS = 120.0  # the server's default; nothing here uses message ids
_UPDATED = frozenset({"filter_subjects", "ack_wait", "max_ack_pending", "allow_direct"})


@dataclass(slots=True)
class Provisioned:
    """What was done: things made, settings changed, and differences left as they are (`drift`)."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)
    plan: bool = False


async def provision(
    nc: Client,
    services: Mapping[str, Iterable[str]],
    agencies: Iterable[str] = (),
    *,
    replicas: int = 1,
    agency_bytes: int = AGENCY_BYTES,
    plan: bool = False,
) -> Provisioned:
    """Make `LOG`, a consumer for each service that hears something, and each agency's `INBOX`.

    `services` maps each service to the logs that it hears. Run again at any time. With `plan`
    nothing is done: the report says what would be.
    """
    report = Provisioned(plan=plan)
    js = nc.jetstream(timeout=10)
    await _stream(js, log_stream(replicas), LOG, report)
    for service, logs in services.items():
        if heard := sorted(logs):
            await _consumer(js, LOG, reader_consumer(service, heard), report)
    for agency in agencies:
        await _inbox(nc, agency, replicas, agency_bytes, report)
    return report


def log_stream(replicas: int = 1) -> StreamConfig:
    """Return the stream of all logs, without any limit."""
    return _on_disk(LOG, "log.>", replicas, max_bytes=-1)


def inbox_stream(replicas: int = 1, agency_bytes: int = AGENCY_BYTES) -> StreamConfig:
    """Return an agency's inbox: the oldest entries give way once it is full.

    What gave way unread is still in the feed's log, and the agency sees the gap in the index.
    """
    return _on_disk(INBOX, "in.>", replicas, max_bytes=int(agency_bytes * _INBOX_SHARE))


def _on_disk(name: str, subject: str, replicas: int, *, max_bytes: int) -> StreamConfig:
    return StreamConfig(
        name=name,
        subjects=[subject],
        storage=StorageType.FILE,
        num_replicas=replicas,
        max_bytes=max_bytes,
        max_msgs=-1,
        max_msgs_per_subject=-1,
        max_msg_size=-1,
        max_age=0,
        duplicate_window=_DUPLICATES_SECONDS,
        allow_direct=True,
        allow_atomic=True,
    )


def reader_consumer(service: str, logs: Iterable[str]) -> ConsumerConfig:
    """Return the durable consumer of a service's reader: one acknowledgement for all before it."""
    return ConsumerConfig(
        durable_name=service,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.ALL,
        ack_wait=_ACK_WAIT_SECONDS,
        max_deliver=-1,
        max_ack_pending=_READER_PENDING,
        filter_subjects=[f"log.{log}.>" for log in logs],
    )


def inbox_consumer() -> ConsumerConfig:
    """Return the durable consumer through which an agency pulls its inbox."""
    return ConsumerConfig(
        durable_name=INBOX_CONSUMER,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=_ACK_WAIT_SECONDS,
        max_deliver=-1,
        max_ack_pending=_AGENCY_PENDING,
        filter_subjects=["in.>"],
    )


async def _inbox(
    nc: Client, agency: str, replicas: int, agency_bytes: int, report: Provisioned
) -> None:
    js = nc.jetstream(prefix=api_prefix(agency), timeout=10)
    place = f"{agency}/{INBOX}"
    await _stream(js, inbox_stream(replicas, agency_bytes), place, report)
    await _consumer(js, place, inbox_consumer(), report)


async def _stream(
    js: JetStreamContext, wanted: StreamConfig, place: str, report: Provisioned
) -> None:
    try:
        found = (await js.stream_info(str(wanted.name))).config
    except NotFoundError:
        if not report.plan:
            await js.add_stream(wanted)
        report.made.append(f"stream {place}")
        return
    updates = _compare(f"stream {place}", wanted, found, report)
    if updates and not report.plan:
        await js.update_stream(found.evolve(**updates))


async def _consumer(
    js: JetStreamContext, place: str, wanted: ConsumerConfig, report: Provisioned
) -> None:
    stream = place.rpartition("/")[2]
    name = str(wanted.durable_name)
    try:
        found = (await js.consumer_info(stream, name)).config
    except NotFoundError:
        if not report.plan:
            await js.add_consumer(stream, wanted)
        report.made.append(f"consumer {place}/{name}")
        return
    updates = _compare(f"consumer {place}/{name}", wanted, found, report)
    if updates and not report.plan:
        await js.add_consumer(stream, found.evolve(**updates))


def _compare(
    place: str, wanted: StreamConfig | ConsumerConfig, found: Any, report: Provisioned
) -> dict[str, Any]:
    """Report every setting that differs; return those which may be updated."""
    updates = {}
    for name, value, actual in _differences(wanted, found):
        text = f"{place}: {name} is {actual}, wanted {value}"
        if name in _UPDATED:
            updates[name] = value
            report.changed.append(text)
        else:
            report.drift.append(text)
    return updates


def _differences(
    wanted: StreamConfig | ConsumerConfig, found: Any
) -> Iterable[tuple[str, object, object]]:
    for name, value in vars(wanted).items():
        actual = getattr(found, name)
        if value is not None and _plain(value) != _plain(actual):
            yield name, _plain(value), _plain(actual)


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, list) else getattr(value, "value", value)
