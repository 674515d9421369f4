"""How handoffs go: times, rejections, forwards and days without cover; small numbers suppressed."""

from collections.abc import Iterable
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row, func, select

from services.chassis.access import query
from services.chassis.decider import Refused
from services.chassis.legal_calendar import last_of_month
from services.jobcenter_bridge.api import GAP, HANDOFF, domain_in, text
from services.jobcenter_bridge.small_numbers import SMALLEST, part_of, shown, suppressed
from staffel_contracts.access import READ_NUMBERS, Scope
from staffel_contracts.codes import RefusalCode

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


@query(scope=Scope.OWN, roles=READ_NUMBERS, takes=("from", "to", "domain"))
def report(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The handoffs that the agency sent or received, submitted from ``from`` to ``to``.

    Of all domains, or of one ``domain``; ``by_domain`` counts them, gaps are of benefits alone.

    A period is made of whole months, so that a day cannot be reckoned from two periods. Numbers of
    fewer than five persons are ``null`` (suppressed), and so is what rests on them or from which
    they could be reckoned.

    Raises:
        Refused: invalid, a date is missing or none, or there is no such domain.
    """
    first, last = _period(params)
    everything, domain = _rows(conn, agency, first, last), domain_in(params)
    by_domain = suppressed((_domain(row.key), _case(row.key)) for row in everything)
    rows = [row for row in everything if domain in (None, _domain(row.key))]
    few = domain is not None and by_domain.get(domain, 0) is None
    if few:
        rows = []  # the same period of all domains must not tell more
    persons = _persons(rows)
    by_status = suppressed((row.status, _case(row.key)) for row in rows)
    return {
        "from": first,
        "to": last,
        "handoffs": None if few else shown(len(rows), persons),
        "by_domain": by_domain,
        "by_status": by_status,
        "rejections": _rejections(rows, by_status),
        "questions": _questions(rows, persons),
        **{name: _spread(rows, *ends) for name, ends in _TIMES.items()},
        "gaps": _gaps(conn, {row.key for row in rows}, persons),
        "suppressed_below": SMALLEST,
    }


def _domain(key: str) -> str:
    return key.rpartition("/")[2]


def _case(key: str) -> str:
    return key.rpartition("/")[0]


def _persons(rows: Iterable[Row[Any]]) -> int:
    return len({_case(row.key) for row in rows})


def _rejections(rows: list[Row[Any]], by_status: dict[str, int | None]) -> dict[str, int | None]:
    """By reason; none of them where even their sum is not told."""
    rejected = [row for row in rows if row.status == "rejected"]
    counted = suppressed((str(row.reason_code), _case(row.key)) for row in rejected)
    told = by_status.get("rejected", 0) is not None
    return counted if told else dict.fromkeys(counted)


def _questions(rows: list[Row[Any]], persons: int) -> int | None:
    asked = [row for row in rows if row.round]
    return part_of(len(asked), _persons(asked), persons)


def _spread(rows: Iterable[Row[Any]], begins: str, ends: str) -> dict[str, float | None]:
    over = [row for row in rows if getattr(row, begins) and getattr(row, ends)]
    if _persons(over) < SMALLEST:
        return {"median": None, "p90": None}
    days = sorted((getattr(row, ends) - getattr(row, begins)).days for row in over)
    return {"median": median(days), "p90": days[min(len(days) - 1, int(0.9 * len(days)))]}


def _rows(conn: Connection, agency: str, first: date, last: date) -> list[Row[Any]]:
    query = select(*(HANDOFF.c[name] for name in _COLUMNS)).where(
        (HANDOFF.c.from_agency == agency) | (HANDOFF.c.to_agency == agency),
        HANDOFF.c.submitted_on.between(first, last),
    )
    return list(conn.execute(query))


def _gaps(conn: Connection, keys: set[str], of_persons: int) -> dict[str, Any]:
    """Persons with days without cover, and how many days those are that are over."""
    persons, still_open = set[str](), set[str]()
    days = 0
    ordered = sorted(keys)
    for start in range(0, len(ordered), 500):
        among = GAP.c.key.in_(ordered[start : start + 500])
        some = (GAP.c.days.is_(None)) | (GAP.c.days > 0)
        query = select(GAP.c.key, func.coalesce(GAP.c.days, -1).label("days")).where(among, some)
        for row in conn.execute(query):
            persons.add(_case(row.key))
            days += max(row.days, 0)
            if row.days < 0:
                still_open.add(_case(row.key))
    number, of_them = len(persons), len(still_open)
    told = part_of(number, number, of_persons)
    return {
        "persons": told,
        "days": None if told is None else days,
        "still_open": None if told is None else part_of(of_them, of_them, number),
    }


def _period(params: dict[str, Any]) -> tuple[date, date]:
    first, last = _day(params, "from"), _day(params, "to")
    if first.day != 1:
        raise Refused(RefusalCode.INVALID, "the first day of a month is expected", "from")
    if last != last_of_month(last):
        raise Refused(RefusalCode.INVALID, "the last day of a month is expected", "to")
    return first, last


def _day(params: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(text(params, name))
    except ValueError:
        raise Refused(RefusalCode.INVALID, "a date is expected", name) from None
