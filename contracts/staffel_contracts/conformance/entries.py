"""Entries as they are played: real events with invented cases, and what is wrong with some."""

import json
from typing import Any

from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import CourseEnrolled
from staffel_contracts.facts.jobcenter_bridge import HandoffAccepted, HandoffExpired
from staffel_contracts.samples import fact_sample

AGENCY = "jobcenter-12069"
Event = dict[str, Any]
_KINDS: tuple[type[Fact], ...] = (CourseEnrolled, HandoffAccepted, HandoffExpired)
_CASES = ("c-played-a", "c-played-b", "c-played-c")


def entry(index: int) -> Event:
    """A sound entry: kinds and cases follow each other."""
    fact = _KINDS[index % len(_KINDS)]
    return {
        "specversion": "1.0",
        "id": f"{AGENCY}/{index}",
        "feedindex": index,
        "source": fact.SAYER,
        "type": fact.TYPE,
        "subject": _CASES[index // len(_KINDS) % len(_CASES)],
        "time": f"2026-05-04T09:{index // 60 % 60:02}:{index % 60:02}.000000Z",
        "entry": f"{fact.SAYER}/{1000 + index}",
        "basis": "§ 67a Abs. 2 SGB X",
        "datacontenttype": "application/json",
        "data": fact_sample(fact, full=True),
    }


def entries(number: int, first: int = 0) -> list[Event]:
    """So many sound entries, from an index on."""
    return [entry(index) for index in range(first, first + number)]


def with_unknown_field(event: Event) -> Event:
    """A newer platform says more."""
    return event | {"novelty": "yes", "data": event["data"] | {"novelty": {"deep": [1, 2]}}}


def of_unknown_type(event: Event) -> Event:
    """A newer platform says something else."""
    return event | {"type": "weather-changed.v7", "data": {"sky": "clear"}}


def erased(event: Event) -> Event:
    """The person's data was erased."""
    return {name: value for name, value in event.items() if name != "data"}


def unreadable(event: Event) -> Event:
    """A bug: the data is not what its type has."""
    return event | {"data": dict.fromkeys(event["data"], 7)}


def body(event: Event) -> bytes:
    """The entry as it is delivered."""
    return json.dumps(event, ensure_ascii=False).encode()
