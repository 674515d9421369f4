"""A household as the district sees it: each member with the own dates, receiver and handoff."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from services.casework.api import HANDOFF, PERSON, load
from services.casework.competence import Receiver, receiver
from services.casework.state import Case
from services.chassis.access import query
from services.chassis.decider import NO_AGENCIES, Refused
from staffel_contracts.access import READ_CASES, Scope
from staffel_contracts.codes import FieldGroup, HandoffStatus, RefusalCode, SheetField

MOST = 50


@query(FieldGroup.BENEFITS, FieldGroup.RESIDENCE, scope=Scope.CASE, roles=READ_CASES)
def household(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The members of a household (``household_ref``) in the agency's cases, without names.

    Each has the own end of benefits, receiver and handoff: one may be recognised and another not,
    one too young or too old for the jobcenter. ``receiver`` is who would take over, by which norm.

    Raises:
        Refused: invalid; not-found, where no case of the agency belongs to it.
    """
    ref = params.get("household_ref")
    if not isinstance(ref, str):
        raise Refused(RefusalCode.INVALID, "a text is expected", "household_ref")
    mine = _of(conn, ref, agency)
    if not mine:
        raise Refused(RefusalCode.NOT_FOUND, "no such household of this agency", "household_ref")
    return {"household_ref": ref, "members": [_member(case) for case in mine]}


def others_of(
    conn: Connection, row: dict[str, Any], hidden: Callable[[str], bool] = lambda _: False
) -> list[dict[str, Any]]:
    """The others of the household, for who reads the sheet of a row: own dates and receiver.

    Only where the household itself is told on the sheet, and nothing of anyone's protection, nor of
    those who are ``hidden``: cases that are only stored.
    """
    ref = row["fields"].get(SheetField.HOUSEHOLD.value)
    if ref is None:
        return []
    mine = [case for case in _of(conn, ref, row["from_agency"]) if not hidden(case.case_id)]
    named = ("birth_date", "end_on", "next_start_on", "responsible", "to_agency")
    return [
        {name: _member(case)[name] for name in named}
        for case in mine
        if case.case_id != row["case_id"]
    ]


def _of(conn: Connection, ref: str, agency: str) -> list[Case]:
    """The cases of a household that are this agency's: two districts may name one alike."""
    query = (
        select(PERSON.c.case_id)
        .outerjoin(HANDOFF, HANDOFF.c.case_id == PERSON.c.case_id)
        .where(PERSON.c.household_ref == ref)
        .where((PERSON.c.agency == agency) | (HANDOFF.c.responsible == agency))
        .order_by(PERSON.c.case_id)
        .limit(MOST)
    )
    cases = [load(conn, case_id) for case_id in conn.scalars(query)]
    return [case for case in cases if agency in (case.responsible, case.district)]


def _to_agency(case: Case, computed: Receiver | None) -> str | None:
    """Who has the handoff or got a draft; else who would take over by law."""
    known = (case.handoff.to_agency if case.handoff else None) or case.draft_to
    return known or (computed.agency if computed else None)


def _member(case: Case) -> dict[str, Any]:
    found = receiver(case, case.next_start_on or date.max, NO_AGENCIES) if case.end_on else None
    return {
        "case": case.case_id,
        "birth_date": case.person and case.person.birth_date,
        "protection": case.person and case.person.protection_kind,
        "end_on": case.end_on,
        "next_start_on": case.next_start_on,
        "rule_id": case.rule_id,
        "responsible": case.responsible,
        "receiver": found._asdict() if found else None,
        "handoff": case.handoff.status if case.handoff else HandoffStatus.NONE.value,
        "to_agency": _to_agency(case, found),
        "sheet_ref": case.sheet_ref,
    }
