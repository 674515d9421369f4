"""How handoffs go: times, rejections, forwards and days without cover; small numbers suppressed."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row, func, select

from services.chassis.access import query
from services.chassis.decider import Refused
from services.jobcenter_bridge.api import GAP, HANDOFF, domain_in, text
from staffel_contracts.access import READ_NUMBERS, Scope
from staffel_contracts.codes import RefusalCode

SMALLEST = 5
"""Fewer persons than this are not counted out: they could be recognised."""
_TIMES = {
    "days_to_deliver": ("submitted_on", "delivered_on"),
    "days_to_acknowledge": ("delivered_on", "acknowledged_on"),
    "days_to_accept": ("submitted_on", "accepted_on"),
    "days_to_complete": ("submitted_on", "completed_on"),
}
_COLUMNS = (
    "handoff_id", "key", "status", "reason_code", "submitted_on", "delivered_on",
    "acknowledged_on", "accepted_on", "completed_on", "round",
)  # fmt: skip


@query(scope=Scope.OWN, roles=READ_NUMBERS)
def report(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The handoffs that the agency sent or received, submitted from ``from`` to ``to``.

    Of all domains, or of one ``domain``; ``by_domain`` counts them, gaps are of benefits alone.

    Numbers of fewer than five persons are ``null`` (suppressed), and so are the medians and
    percentiles that rest on them; of a list of codes the smallest number that remains goes too,
    where one alone could be reckoned from the sum.

    Raises:
        Refused: invalid, a date is missing or none, or there is no such domain.
    """
    first, last = _day(params, "from"), _day(params, "to")
    rows = _rows(conn, agency, first, last, domain_in(params))
    by_domain = Counter(row.key.rpartition("/")[2] for row in rows)
    by_status = Counter(row.status for row in rows)
    rejected = Counter(row.reason_code for row in rows if row.status == "rejected")
    return {
        "from": first,
        "to": last,
        "handoffs": shown(len(rows)),
        "by_domain": suppressed(by_domain),
        "by_status": suppressed(by_status),
        "rejections": suppressed(rejected),
        "questions": shown(sum(1 for row in rows if row.round)),
        **{name: _spread(rows, *ends) for name, ends in _TIMES.items()},
        "gaps": _gaps(conn, {row.key for row in rows}),
        "suppressed_below": SMALLEST,
    }


def shown(number: int) -> int | None:
    """A number of persons, or nothing where it is small; none at all may be said."""
    return number if number == 0 or number >= SMALLEST else None


def suppressed(numbers: Counter[str]) -> dict[str, int | None]:
    """Numbers by code; never just one is left out, because it could be reckoned from the sum."""
    hidden = {code for code, number in numbers.items() if number < SMALLEST}
    if len(hidden) == 1 and len(numbers) > 1:
        left = {code: number for code, number in numbers.items() if code not in hidden}
        hidden.add(min(left, key=lambda code: (left[code], code)))
    return {code: None if code in hidden else numbers[code] for code in sorted(numbers)}


def _spread(rows: Iterable[Row[Any]], begins: str, ends: str) -> dict[str, float | None]:
    days = sorted(
        (getattr(row, ends) - getattr(row, begins)).days
        for row in rows
        if getattr(row, begins) and getattr(row, ends)
    )
    if len(days) < SMALLEST:
        return {"median": None, "p90": None}
    return {"median": median(days), "p90": days[min(len(days) - 1, int(0.9 * len(days)))]}


def _rows(
    conn: Connection, agency: str, first: date, last: date, domain: str | None
) -> list[Row[Any]]:
    query = select(*(HANDOFF.c[name] for name in _COLUMNS)).where(
        (HANDOFF.c.from_agency == agency) | (HANDOFF.c.to_agency == agency),
        HANDOFF.c.submitted_on.between(first, last),
    )
    if domain is not None:
        query = query.where(HANDOFF.c.key.endswith(f"/{domain}", autoescape=True))
    return list(conn.execute(query))


def _gaps(conn: Connection, keys: set[str]) -> dict[str, Any]:
    """Persons with days without cover, and how many days those are that are over."""
    persons: set[str] = set()
    days = open_gaps = 0
    ordered = sorted(keys)
    for start in range(0, len(ordered), 500):
        among = GAP.c.key.in_(ordered[start : start + 500])
        some = (GAP.c.days.is_(None)) | (GAP.c.days > 0)
        query = select(GAP.c.key, func.coalesce(GAP.c.days, -1).label("days")).where(among, some)
        for row in conn.execute(query):
            persons.add(row.key)
            days += max(row.days, 0)
            open_gaps += row.days < 0
    few = shown(len(persons)) is None
    return {
        "persons": shown(len(persons)),
        "days": None if few else days,
        "still_open": None if few else shown(open_gaps),
    }


def _day(params: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(text(params, name))
    except ValueError:
        raise Refused(RefusalCode.INVALID, "a date is expected", name) from None
