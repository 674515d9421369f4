"""What agencies may ask of work and cover: their queue, and both timelines of a person."""

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from services.chassis.access import query
from services.chassis.decider import Refused
from services.jobcenter_bridge import coverage
from services.jobcenter_bridge.api import (
    ADMISSION,
    BENEFITS,
    GAP,
    STATE,
    domain_in,
    intervals,
    involved,
    key_of,
    seen,
    text,
)
from services.jobcenter_bridge.checklist import missing
from services.jobcenter_bridge.copies import Admission, Benefits
from services.jobcenter_bridge.queue import work_item
from services.jobcenter_bridge.state import Handoff
from staffel_contracts.access import READ_CASES, READ_STAGES, Scope
from staffel_contracts.codes import FieldGroup, HandoffStatus, HandoffTask, RefusalCode

MOST = 200
MOST_DAYS = 1100
_FILTERS = {"role": "role", "task": "task", "unit": "unit_ref", "domain": "domain"}
_IDLE = (HandoffStatus.NONE.value, HandoffStatus.COMPLETED.value)


@query(FieldGroup.BENEFITS, scope=Scope.OWN, roles=READ_CASES, takes=("case", "after", *_FILTERS))
def queue(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """What waits for the agency: per handoff one task, whose it is and by when.

    Optionally only of a ``domain``, a ``role`` or a ``task``, what a ``unit`` took up, or of a
    ``case``. At most 200 handoffs are looked at, those after the key ``after``; ``next`` is what to
    ask for as ``after``, if there are more.

    Raises:
        Refused: invalid, a parameter is not what it should be.
    """
    only = [STATE.c.key.startswith(f"{text(params, 'case')}/")] if "case" in params else []
    states = _open_states(conn, agency, *only, after=text(params, "after", ""))
    page = states[:MOST]
    items = [item for state in page if (item := _item(state, agency))]
    wanted = {_FILTERS[name]: text(params, name) for name in _FILTERS if name in params}
    domain_in(params)
    _check_task(wanted)
    found = [item for item in items if all(item[name] == wanted[name] for name in wanted)]
    return {"items": found, "next": page[-1].key if len(states) > MOST else None}


def _check_task(wanted: dict[str, str]) -> None:
    if wanted.get("task", HandoffTask.DECIDE) not in set(HandoffTask):
        raise Refused(RefusalCode.INVALID, "not a task of handoffs", "task")


def _open_states(conn: Connection, agency: str, *only: Any, after: str) -> list[Handoff]:
    uncovered = select(GAP.c.key).where(GAP.c.to_on.is_(None))
    mine = or_(
        STATE.c.responsible == agency, STATE.c.from_agency == agency, STATE.c.to_agency == agency
    )
    busy = or_(
        STATE.c.status.notin_(_IDLE),
        BENEFITS.c.draft_id.is_not(None),
        BENEFITS.c.sheet_ref.is_distinct_from(STATE.c.submitted_sheet),
        STATE.c.request["handoff_id"].as_string().is_not(None),
        STATE.c.key.in_(uncovered),
    )
    return _states(conn, mine, busy, STATE.c.key > after, *only)


def _states(conn: Connection, *conditions: Any) -> list[Handoff]:
    query = (
        select(STATE, *_prefixed(ADMISSION), *_prefixed(BENEFITS))
        .outerjoin(ADMISSION, ADMISSION.c.key == STATE.c.key)
        .outerjoin(BENEFITS, BENEFITS.c.key == STATE.c.key)
        .where(*conditions)
        .order_by(STATE.c.key)
        .limit(MOST + 1)
    )
    return [_state(dict(row._mapping)) for row in conn.execute(query)]  # noqa: SLF001


def _prefixed(table: Table) -> list[Any]:
    return [column.label(f"{table.name}.{column.name}") for column in table.c]


def _state(row: dict[str, Any]) -> Handoff:
    own = {one.name: row[one.name] for one in fields(Handoff) if one.name in row}
    admission, benefits = _part(row, ADMISSION), _part(row, BENEFITS)
    return Handoff(
        **own,
        admission=Admission(**admission) if admission else None,
        benefits=Benefits(**benefits) if benefits else None,
    )


def _part(row: dict[str, Any], table: Table) -> dict[str, Any] | None:
    found = {column.name: row[f"{table.name}.{column.name}"] for column in table.c}
    return found if found["key"] else None


def _item(state: Handoff, agency: str) -> dict[str, Any] | None:
    item = work_item(state)
    if item is None or item.agency != agency:
        return None
    return {
        "case": state.case_id,
        "domain": state.domain.value,
        "stage": state.stage.value,
        **item._asdict(),
        "unit_ref": state.unit_ref if agency == state.to_agency else None,
        "missing": [one.value for one in missing(state)] if item.task == "complete" else [],
    }


@query(
    FieldGroup.BENEFITS, scope=Scope.CASE, roles=READ_STAGES, takes=("case", "domain", "from", "to")
)
def timelines(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """Both timelines of a person: who was responsible, and which benefit covered which day.

    ``case`` and optionally ``domain``; with ``from`` and ``to`` (at most three years) also day by
    day. For agencies that are involved; for one that was responsible earlier, up to the day on
    which it handed the case on. Gaps and overlaps are as known now.

    Raises:
        Refused: not-found, also where the agency is not involved; invalid.
    """
    key = key_of(params)
    found = _states(conn, STATE.c.key == key) or [Handoff(key)]
    held, over_on = seen(intervals(conn, key), agency, involved(conn, key))
    state = found[0] if over_on is None else _until(found[0], over_on)
    covers = [cover._asdict() for cover in _covers(found[0], over_on)]
    return {
        "case": params["case"],
        "responsibility": held,
        "coverage": covers,
        "gaps": [{"from_on": first, **gap} for first, gap in sorted(state.gaps.items())],
        "overlaps": [{"from_on": a, "to_on": b} for a, b in sorted(state.overlaps.items())],
        "bridging": state.bridging,
        "application": state.application or None,
        "next": _next(state),
        "days": _by_day(held, covers, params) if "from" in params else None,
    }


def _next(state: Handoff) -> dict[str, Any] | None:
    item = work_item(state)
    return item._asdict() if item else None


def _covers(state: Handoff, over_on: date | None) -> list[coverage.Cover]:
    """The benefits that began before a day; whether one goes on after it is not told."""
    if over_on is None:
        return coverage.covers(state)
    return [
        cover._replace(to_on=cover.to_on if cover.to_on and cover.to_on < over_on else None)
        for cover in coverage.covers(state)
        if cover.from_on < over_on
    ]


def _until(state: Handoff, over_on: date) -> Handoff:
    """The state without what happened from a day on, or may still be going to."""
    day = over_on.isoformat()
    return Handoff(
        state.key,
        gaps={first: gap for first, gap in state.gaps.items() if first < day},
        overlaps={first: to for first, to in state.overlaps.items() if first < day},
    )


def _by_day(
    held: list[dict[str, Any]], covers: list[dict[str, Any]], params: dict[str, Any]
) -> list[dict[str, Any]]:
    first, last = _day(params, "from"), _day(params, "to")
    number = (last - first).days + 1
    if not 0 < number <= MOST_DAYS:
        raise Refused(RefusalCode.INVALID, f"1 to {MOST_DAYS} days", "to")
    days = [first + timedelta(days=n) for n in range(number)]
    return [{"day": day, **responsible_on(held, day), **cover_on(covers, day)} for day in days]


def responsible_on(held: list[dict[str, Any]], day: date) -> dict[str, Any]:
    """Who was responsible on a day, given the intervals in their order."""
    begun = [one["agency"] for one in held if one["valid_from"] <= day]
    return {"responsible": begun[-1] if begun else None}


def cover_on(covers: list[dict[str, Any]], day: date) -> dict[str, Any]:
    """Which benefits covered a day."""
    on = [c for c in covers if c["from_on"] <= day and (c["to_on"] is None or day <= c["to_on"])]
    return {"covered_by": [f"{c['kind']} {c['agency']}" for c in on]}


def _day(params: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(params.get(name)))
    except ValueError:
        raise Refused(RefusalCode.INVALID, "a date is expected", name) from None
