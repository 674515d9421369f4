"""Which cases of an agency could be handed over: the list that a mass handoff plans by."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from services.casework.api import domain_in, text
from services.casework.domains import consented_to
from services.casework.handoff_copy import UNDECIDED
from services.casework.tables import CaseRow, HandoffCopyRow, PersonCopyRow
from services.chassis.access import Access
from services.chassis.decider import Refused
from services.chassis.restricting import Restricted
from staffel_contracts.access import READ_CASES, Scope
from staffel_contracts.codes import FieldGroup, HandoffStatus, ProtectionKind, RefusalCode
from staffel_contracts.codes import ResponsibilityDomain as Domain
from staffel_contracts.domains import can_take_over

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
_OPEN = frozenset(status.value for status in UNDECIDED) | {HandoffStatus.ACCEPTED.value}
_ACCESS = Access(Scope.CASE, READ_CASES, groups=(FieldGroup.BENEFITS, FieldGroup.RESIDENCE))


@_ACCESS.today
def cases(
    conn: Connection, agency: str, params: dict[str, Any], restricted: Restricted
) -> dict[str, Any]:
    """The cases that the agency is responsible for, without names, at most 1000 after ``after``.

    Responsible for benefits, or in another ``domain``. Optionally only a ``protection`` (code, or
    ``none``), a ``household``, or those admitted, served or ending in a period (``admitted_from``,
    ``admitted_to``, ``served_…``, ``end_…``; both days included). ``blocked`` says why no handoff
    can be prepared now, to the receiver ``to_agency`` where that is named; ``next`` is what to ask
    for as ``after``, if there are more.

    Raises:
        Refused: invalid, a parameter is not what it should be.
    """
    after = text(params, "after") if "after" in params else ""
    domain, receiver = domain_in(params), _receiver(params)
    responsible = func.coalesce(_said(domain, "responsible"), PERSON.c.agency)
    query = (
        select(
            PERSON.c.case_id,
            PERSON.c.protection_kind,
            PERSON.c.consents,
            CASE.c.end_on,
            _said(domain, "status").label("status"),
        )
        .outerjoin(CASE, CASE.c.case_id == PERSON.c.case_id)
        .outerjoin(HANDOFF, HANDOFF.c.case_id == PERSON.c.case_id)
        .where(responsible == agency, PERSON.c.case_id > after, *_conditions(params))
        .order_by(PERSON.c.case_id)
        .limit(MOST + 1)
    )
    rows = [dict(row._mapping) for row in conn.execute(query)]  # noqa: SLF001
    page = [_shown(row, _blocked(row, domain, receiver, restricted.today)) for row in rows[:MOST]]
    return {"cases": page, "next": page[-1]["case"] if len(rows) > MOST else None}


def _said(domain: Domain, name: str) -> ColumnElement[Any]:
    """What the bridge said of a domain; those beside benefits stand in one column."""
    named: ColumnElement[Any] = HANDOFF.c[name]
    in_json: ColumnElement[Any] = HANDOFF.c.domains[domain.value, name].as_string()
    return named if domain is Domain.BENEFITS else in_json


def _receiver(params: dict[str, Any]) -> str | None:
    """Who would take over, if one is named who can."""
    if "to_agency" not in params:
        return None
    domain, receiver = domain_in(params), text(params, "to_agency")
    if not can_take_over(domain, receiver):
        raise Refused(RefusalCode.INVALID, f"not competent for {domain.value}", "to_agency")
    return receiver


def _shown(row: dict[str, Any], blocked: RefusalCode | None) -> dict[str, Any]:
    return {
        "case": row["case_id"],
        "protection": row["protection_kind"],
        "end_on": row["end_on"],
        "status": row["status"] or HandoffStatus.NONE.value,
        "blocked": blocked and blocked.value,
    }


def _blocked(
    row: dict[str, Any], domain: Domain, receiver: str | None, today: date
) -> RefusalCode | None:
    if row["status"] in _OPEN:
        return RefusalCode.HANDOFF_OPEN
    if receiver and not consented_to(domain, receiver, row["consents"].values(), today):
        return RefusalCode.CONSENT_MISSING
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
