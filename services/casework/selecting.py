"""Which cases of an agency could be handed over: the list that a mass handoff plans by."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from services.casework.state import UNDECIDED
from services.casework.tables import CaseRow, HandoffCopyRow, PersonCopyRow
from services.chassis.access import query
from services.chassis.decider import Refused
from staffel_contracts.access import READ_CASES, Scope
from staffel_contracts.codes import FieldGroup, HandoffStatus, ProtectionKind, RefusalCode

CASE: Table = CaseRow.__table__  # type: ignore[attr-defined]
PERSON: Table = PersonCopyRow.__table__  # type: ignore[attr-defined]
HANDOFF: Table = HandoffCopyRow.__table__  # type: ignore[attr-defined]
MOST = 1000
_DATES = {
    "admitted_from": PERSON.c.admitted_on,
    "admitted_to": PERSON.c.admitted_on,
    "served_from": PERSON.c.served_on,
    "served_to": PERSON.c.served_on,
    "end_from": CASE.c.end_on,
    "end_to": CASE.c.end_on,
}
_UNDECIDED = [status.value for status in UNDECIDED]


@query(FieldGroup.BENEFITS, FieldGroup.RESIDENCE, scope=Scope.CASE, roles=READ_CASES)
def cases(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The cases that the agency is responsible for, without names, at most 1000 after ``after``.

    Optionally only a ``protection`` (code, or ``none``), a ``household``, or those admitted,
    served or ending in a period (``admitted_from``, ``admitted_to``, ``served_…``, ``end_…``; both
    days included). ``blocked`` says why no handoff can be prepared now; ``next`` is what to ask
    for as ``after``, if there are more.

    Raises:
        Refused: invalid, a parameter is not what it should be.
    """
    after = params.get("after", "")
    if not isinstance(after, str):
        raise Refused(RefusalCode.INVALID, "a text is expected", "after")
    responsible = func.coalesce(HANDOFF.c.responsible, PERSON.c.agency)
    query = (
        select(
            PERSON.c.case_id,
            PERSON.c.protection_kind,
            CASE.c.end_on,
            HANDOFF.c.status,
            HANDOFF.c.to_agency,
            CASE.c.draft_id,
            CASE.c.sheet_handoff,
        )
        .outerjoin(CASE, CASE.c.case_id == PERSON.c.case_id)
        .outerjoin(HANDOFF, HANDOFF.c.case_id == PERSON.c.case_id)
        .where(responsible == agency, PERSON.c.case_id > after, *_conditions(params))
        .order_by(PERSON.c.case_id)
        .limit(MOST + 1)
    )
    rows = list(conn.execute(query))
    page = [_shown(dict(row._mapping)) for row in rows[:MOST]]  # noqa: SLF001
    return {"cases": page, "next": page[-1]["case"] if len(rows) > MOST else None}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "case": row["case_id"],
        "protection": row["protection_kind"],
        "end_on": row["end_on"],
        "status": row["status"] or HandoffStatus.NONE.value,
        "blocked": _blocked(row),
    }


def _blocked(row: dict[str, Any]) -> str | None:
    if row["status"] in _UNDECIDED or row["status"] == HandoffStatus.ACCEPTED:
        return RefusalCode.HANDOFF_OPEN.value
    return None


def _conditions(params: dict[str, Any]) -> list[ColumnElement[bool]]:
    found = []
    for name, column in _DATES.items():
        if name in params:
            day = _day(params, name)
            found.append(column >= day if name.endswith("_from") else column <= day)
    if "protection" in params:
        found.append(_protection(params["protection"]))
    if "household" in params:
        found.append(PERSON.c.household_ref == params["household"])
    return found


def _protection(value: Any) -> ColumnElement[bool]:
    if value == "none":
        return PERSON.c.protection_kind.is_(None)
    if value not in set(ProtectionKind):
        raise Refused(RefusalCode.INVALID, "not a kind of protection", "protection")
    return PERSON.c.protection_kind.is_not_distinct_from(value)


def _day(params: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(params[name]))
    except ValueError:
        raise Refused(RefusalCode.INVALID, "a date is expected", name) from None
