"""Set aside what is broken: its case waits, in order, and all others flow."""

import traceback
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from services.chassis.decider import Refused
from services.chassis.store.tables import ParkedRow

PARKED = ParkedRow.__table__  # type: ignore[attr-defined]
BROKEN, WAITING, DROPPED = "broken", "waiting", "dropped"
AGAIN = "again"
"""Put back by a restore, as it may have been parked: tried by itself when the service starts."""


def reason_of(error: BaseException) -> str:
    """Why an input was set aside; never its content, which an error's text may hold."""
    if isinstance(error, Refused):
        return f"refused: {error.code.value}"
    return f"our bug: {type(error).__name__}"


def place_of(error: BaseException) -> str:
    """Where in our code it went wrong: file and line of the innermost frame."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}"


def parked_cases(conn: Connection) -> set[str]:
    """The cases that wait."""
    waiting = select(PARKED.c.case_id).where(PARKED.c.status != DROPPED).distinct()
    return {case_id for (case_id,) in conn.execute(waiting) if case_id is not None}


def next_position(conn: Connection) -> int:
    """Where the next parked input queues up."""
    return int(conn.scalar(select(func.max(PARKED.c.position))) or 0) + 1


def parked_rows(conn: Connection, *, case_id: str | None, parked_id: str) -> list[dict[str, Any]]:
    """What waits with an input, in order: all of its case, or itself alone without one."""
    same = PARKED.c.case_id == case_id if case_id else PARKED.c.id == parked_id
    query = select(PARKED).where(same, PARKED.c.status != DROPPED).order_by(PARKED.c.position)
    return [dict(row._mapping) for row in conn.execute(query)]  # noqa: SLF001


def put_back_first(conn: Connection) -> list[tuple[str | None, str]]:
    """What a restore put back, as the case and the first input of each; in order."""
    again = select(PARKED.c.case_id, PARKED.c.id).where(PARKED.c.status == AGAIN)
    first: dict[str, tuple[str | None, str]] = {}
    for case_id, parked_id in conn.execute(again.order_by(PARKED.c.position)):
        first.setdefault(case_id or parked_id, (case_id, parked_id))
    return list(first.values())


def parked_row(
    parked_id: str, case_id: str | None, reason: str, place: str, wire: bytes, *, at: datetime
) -> dict[str, Any]:
    """A row for the parked table; position, status and count are the batch's to fill in."""
    return {
        "id": parked_id,
        "position": 0,
        "case_id": case_id,
        "status": BROKEN,
        "reason": reason,
        "place": place,
        "count": 1,
        "wire": wire,
        "parked_at": at,
    }
