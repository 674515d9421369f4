"""What a batch of the writer did."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from services.chassis.keys.erasures import Erased
from services.chassis.store.log import Head, Stored
from services.chassis.work import Work


@dataclass
class Result:
    """What a batch did, to be adopted after its commit."""

    head: Head
    entries: list[Stored] = field(default_factory=list)
    settled: list[tuple[Work, Any]] = field(default_factory=list)
    cursors: dict[str, int] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    parked: set[str] = field(default_factory=set)
    position: int = 0
    earliest_due: datetime | None = None
    inputs: int = 0
    views: dict[Table, dict[Any, dict[str, Any]]] = field(default_factory=dict)
    """The rows for readers that were written, by table and key."""
    erased: Erased | None = None
