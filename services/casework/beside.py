"""The others of a household: those whom a child's receiver hangs on, or a correction concerns."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from services.casework.api import CASE, HANDOFF, PERSON
from services.casework.competence import may_be_too_young
from services.casework.handoff_copy import HandoffKnown
from services.casework.households import members
from services.casework.person_copy import Person
from services.casework.state import Case
from services.chassis.decider import Heard
from services.chassis.replacing import replace
from services.chassis.store.database import rows_among
from staffel_contracts.facts.intake import PersonCorrected


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


def told_of(conn: Connection, heard: Heard[PersonCorrected]) -> tuple[str, ...]:
    """The cases whose sheets told what was corrected of another member: birth date, household.

    Those of the household that was known last and of the one that is right, in the same district.
    """
    fact, last = heard.fact, PERSON.c.last_household
    if fact.birth_date is None and fact.household_ref is None:
        return ()
    known = conn.scalar(select(last).where(PERSON.c.case_id == heard.case))
    refs = {known, fact.household_ref} - {None}
    others = (
        select(PERSON.c.case_id)
        .where(last.in_(refs), PERSON.c.district == heard.district, PERSON.c.case_id != heard.case)
        .order_by(PERSON.c.case_id)
    )
    return tuple(conn.scalars(others)) if refs else ()
