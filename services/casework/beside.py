"""The others of a household: those whom a child's receiver hangs on, or a correction concerns."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table

from services.casework.api import CASE, HANDOFF, PERSON, SHEET
from services.casework.competence import may_be_too_young
from services.casework.handoff_copy import HandoffKnown
from services.casework.households import members
from services.casework.memberships import (
    Membership,
    Shared,
    Sheet,
    Told,
    agencies,
    concerned,
    membership,
    shared,
    told,
)
from services.casework.person_copy import Person
from services.casework.state import Case
from services.casework.tables import MembershipRow
from services.chassis.decider import Heard
from services.chassis.replacing import replace
from services.chassis.store.database import rows_among
from staffel_contracts.codes import SheetField
from staffel_contracts.facts.intake import PersonCorrected

MEMBERSHIP: Table = MembershipRow.__table__  # type: ignore[attr-defined]


def with_household(conn: Connection, states: Mapping[str, Case]) -> dict[str, Case]:
    """The children among some cases for whom nothing was handed over yet, with those beside them.

    As they were before the batch: whoever is decided about in it is not seen.
    """
    waiting = {key: state for key, state in states.items() if _waits(state)}
    refs = {case.person.household_ref for case in waiting.values() if case.person} - {None}
    together = _together(conn, {ref for ref in refs if ref})
    return {key: replace(case, others=_others(case, together)) for key, case in waiting.items()}


def _waits(case: Case) -> bool:
    return case.sheet_ref is None and case.person is not None and may_be_too_young(case.person)


def _others(case: Case, together: Mapping[str, list[Case]]) -> tuple[Case, ...]:
    person = case.person
    known = together.get(person.household_ref or "", []) if person else []
    here = [one for one in known if one.district == case.district]
    others = tuple(one for one in here if one.case_id != case.case_id)
    return others if len(others) < len(here) else ()


def _together(conn: Connection, refs: set[str]) -> dict[str, list[Case]]:
    """The cases of each household, by its reference; one query per table."""
    found: dict[str, list[Case]] = defaultdict(list)
    if not refs:
        return found
    persons = _by_case(rows_among(conn, PERSON.c.household_ref, refs))
    own, handoffs = _rows(conn, CASE, persons), _rows(conn, HANDOFF, persons)
    for case_id, person in persons.items():
        known = own.get(case_id, {"case_id": case_id})
        handoff = handoffs.get(case_id)
        case = Case(
            **known,
            person=Person(**person),
            handoff=HandoffKnown(**handoff) if handoff else None,
        )
        found[person["household_ref"]].append(case)
    return {ref: members(cases) for ref, cases in found.items()}


def _rows(conn: Connection, table: Table, cases: Iterable[str]) -> dict[str, dict[str, Any]]:
    return _by_case(rows_among(conn, table.c.case_id, cases))


def _by_case(rows: Iterable[Any]) -> dict[str, dict[str, Any]]:
    found = [dict(row._mapping) for row in rows]  # noqa: SLF001
    return {row["case_id"]: row for row in found}


def told_of(conn: Connection, heard: Sequence[Heard[PersonCorrected]]) -> list[dict[str, Told]]:
    """The cases whose sheets told what is corrected of another member: birth date, household.

    Two queries for memberships and one for sheets, however many are corrected.
    """
    cases = {str(one.case) for one in heard}
    own = _memberships(conn, MEMBERSHIP.c.case_id, cases)
    mine = [concerned(one, own[str(one.case)]) for one in heard]
    refs = {one.household for known in mine for one in known}
    others = _memberships(conn, MEMBERSHIP.c.household_ref, refs)
    together = [
        shared(known, [one for ref in {own.household for own in known} for one in others[ref]])
        for known in mine
    ]
    sheets = _sheets(conn, cases.union(*together)) if any(together) else {}
    return [_told(one, cases, sheets) for one, cases in zip(heard, together, strict=True)]


def _told(
    heard: Heard[PersonCorrected], together: Shared, sheets: Mapping[str, list[Sheet]]
) -> dict[str, Told]:
    by = agencies(heard, sheets.get(str(heard.case), []))
    found = {case: told(sheets[case], together[case], by) for case in sorted(together)}
    return {case: one for case, one in found.items() if one}


def _memberships(conn: Connection, by: Column[str], keys: set[str]) -> dict[str, list[Membership]]:
    """Memberships by the value of a column."""
    found: dict[str, list[Membership]] = defaultdict(list)
    for row in rows_among(conn, by, keys) if keys else ():
        found[row._mapping[by.name]].append(membership(row))  # noqa: SLF001
    return found


def _sheets(conn: Connection, cases: set[str]) -> dict[str, list[Sheet]]:
    """The sheets of each case."""
    found: dict[str, list[Sheet]] = defaultdict(list)
    for row in rows_among(conn, SHEET.c.case_id, cases):
        household = row.fields.get(SheetField.HOUSEHOLD.value)
        sheet = Sheet(row.sheet_ref, household, row.from_agency, row.to_agency)
        found[row.case_id].append(sheet)
    return found
