"""A household as the district sees it: each member with the own dates, receiver and handoff."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from services.casework.api import HANDOFF, PERSON, load
from services.casework.competence import Receiver, receiver
from services.casework.domains import everywhere, in_domain
from services.casework.person_copy import Person
from services.casework.state import Case
from services.chassis.access import query
from services.chassis.decider import NO_AGENCIES, Refused
from services.chassis.replacing import replace
from staffel_contracts.access import READ_CASES, Scope
from staffel_contracts.codes import (
    FieldGroup,
    HandoffStatus,
    RefusalCode,
    ResponsibilityDomain,
    SheetField,
)

MOST = 50


@query(
    FieldGroup.BENEFITS,
    FieldGroup.RESIDENCE,
    scope=Scope.CASE,
    roles=READ_CASES,
    takes=("household_ref",),
)
def household(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The members of a household (``household_ref``) in the agency's cases, without names.

    Each has the own end of benefits, receiver and handoff: one may be recognised and another not,
    one too young or too old for the jobcenter. ``receiver`` is who would take over, by which norm.
    ``domains`` says of each domain in which anything was prepared or handed over, and that the
    agency has to do with, who is responsible since when and who takes over from which day on.

    Raises:
        Refused: invalid; not-found, where no case of the agency belongs to it.
    """
    ref = params.get("household_ref")
    if not isinstance(ref, str):
        raise Refused(RefusalCode.INVALID, "a text is expected", "household_ref")
    mine = _of(conn, ref, agency)
    if not mine:
        raise Refused(RefusalCode.NOT_FOUND, "no such household of this agency", "household_ref")
    seen = [_among(case, mine) for case in mine]
    shown = [_member(case) | {"domains": _domains(case, agency)} for case in seen]
    return {"household_ref": ref, "members": shown}


def _among(case: Case, cases: list[Case]) -> Case:
    others = tuple(one for one in cases if one.case_id != case.case_id)
    return replace(case, others=others)


def others_of(
    conn: Connection, row: dict[str, Any], hidden: Callable[[str], bool] = lambda _: False
) -> dict[str, dict[str, Any]]:
    """The others of the household, for who reads the sheet of a row: own dates and receiver.

    By case, for the read log; who reads the sheet is not told it. Only where the household itself
    is told on the sheet, and nothing of anyone's protection, nor of those who are ``hidden``: cases
    that are only stored.
    """
    ref = row["fields"].get(SheetField.HOUSEHOLD.value)
    if ref is None:
        return {}
    mine = [case for case in _of(conn, ref, row["from_agency"]) if not hidden(case.case_id)]
    others = [case for case in mine if case.case_id != row["case_id"]]
    left = len(others) == len(mine)
    if left:
        return {}
    return {case.case_id: _beside(_among(case, mine), row["domain"]) for case in others}


def _beside(case: Case, domain: str) -> dict[str, Any]:
    """What a sheet of a domain tells of another member: who has that domain, and who takes it."""
    named = ("birth_date", "end_on", "next_start_on", "responsible", "to_agency")
    if domain == ResponsibilityDomain.BENEFITS:
        member = _member(case)
        return {name: member[name] for name in named}
    seen = _in_domain(in_domain(case, domain))
    starts_on = seen["effective_on"]
    return {
        "birth_date": case.person and case.person.birth_date,
        "end_on": starts_on and starts_on - timedelta(days=1),
        "next_start_on": starts_on,
        "responsible": seen["responsible"],
        "to_agency": seen["to_agency"],
    }


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
    return members([case for case in cases if agency in (case.responsible, case.district)])


def members(cases: list[Case]) -> list[Case]:
    """Of the cases that name one household those that belong to it, as was told last."""
    persons = [case.person for case in cases if case.person]
    told = [person for person in persons if person.household_members]
    if not told:
        return cases
    newest = max(told, key=_told_at)
    named = newest.household_members
    return [
        case
        for case in cases
        if case.person
        and (case.person.file_reference in named or _told_at(case.person) > _told_at(newest))
    ]


def _told_at(person: Person) -> int:
    return -1 if person.household_at is None else person.household_at


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
        "handoff": _status(case),
        "to_agency": _to_agency(case, found),
        "sheet_ref": case.sheet_ref,
    }


def _in_domain(seen: Case) -> dict[str, Any]:
    """How a domain of a member stands, and from which day on another agency has it."""
    handoff = seen.handoff
    drafted = seen.draft_id is not None
    sent_on = seen.draft_effective_on or seen.next_start_on if drafted else seen.sheet_effective_on
    return {
        "responsible": seen.responsible,
        "responsible_since": handoff and handoff.responsible_since,
        "to_agency": seen.draft_to if drafted else handoff and handoff.to_agency,
        "effective_on": sent_on,
        "handoff": HandoffStatus.DRAFTED.value if drafted else _status(seen),
        "sheet_ref": seen.sheet_ref,
    }


def _status(case: Case) -> str:
    return case.handoff.status if case.handoff else HandoffStatus.NONE.value


def _domains(case: Case, agency: str) -> dict[str, dict[str, Any]]:
    """Each domain that the agency has to do with, as the district or on either side of it."""
    known = {one.domain: _in_domain(one) for one in everywhere(case)}
    return {
        domain: seen
        for domain, seen in known.items()
        if agency in (case.district, seen["responsible"], seen["to_agency"])
    }
