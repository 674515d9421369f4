"""What agencies may ask casework."""

from typing import Any

from sqlalchemy import Connection, Table, select

from services.casework.domains import everywhere
from services.casework.handoff_copy import HandoffKnown
from services.casework.person_copy import Person
from services.casework.state import Case
from services.casework.tables import (
    CaseRow,
    ComputationRow,
    HandoffCopyRow,
    HandoverSheetRow,
    PersonCopyRow,
)
from services.chassis.access import query
from services.chassis.decider import Refused
from staffel_contracts.access import READ_CASES, READ_STAGES, Scope
from staffel_contracts.codes import FieldGroup, RefusalCode, ResponsibilityDomain

CASE: Table = CaseRow.__table__  # type: ignore[attr-defined]
PERSON: Table = PersonCopyRow.__table__  # type: ignore[attr-defined]
HANDOFF: Table = HandoffCopyRow.__table__  # type: ignore[attr-defined]
COMPUTATION: Table = ComputationRow.__table__  # type: ignore[attr-defined]
SHEET: Table = HandoverSheetRow.__table__  # type: ignore[attr-defined]


@query(
    FieldGroup.BENEFITS, FieldGroup.RESIDENCE, scope=Scope.CASE, roles=READ_STAGES, takes=("case",)
)
def case(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """Where a case (``case``) stands and its dates, for its district; no names.

    Raises:
        Refused: not-found, also where the case is another district's; subject-erased.
    """
    state = load(conn, text(params, "case"))
    person, handoff = state.person, state.handoff
    if state.erased_on and state.district in (None, agency):
        raise Refused(RefusalCode.SUBJECT_ERASED, state.erased_on.isoformat(), "case")
    if person is None or state.district != agency:
        raise Refused(RefusalCode.NOT_FOUND, "no such case of this district", "case")
    return {
        "case_id": state.case_id,
        "step": state.step.value,
        "responsible": state.responsible,
        **_named(person, "admitted_on", "opened_on", "protection_kind", "served_on", "refused_on"),
        **_named(state, "finality_on", "finality_basis", "end_on", "next_start_on"),
        **_named(state, "last_lossfree_on", "rule_id", "sheet_ref", "courses"),
        "handoff": _named(handoff, "handoff_id", "status", "items") if handoff else None,
        "domains": {one.domain: _of_domain(one) for one in everywhere(state)},
    }


def _of_domain(seen: Case) -> dict[str, Any]:
    """How far the district has come in one domain."""
    handoff = seen.handoff
    return {
        **_named(seen, "responsible", "draft_id", "draft_to", "sheet_ref"),
        "handoff": _named(handoff, "handoff_id", "status", "items") if handoff else None,
    }


@query(FieldGroup.BENEFITS, scope=Scope.CASE, roles=READ_CASES, takes=("case",))
def computations(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """Every computed end of benefits of a case (``case``), in order, each with rule and facts.

    For its district and for who is responsible; the last one counts, those before stay visible.

    Raises:
        Refused: not-found, also where the case is another district's.
    """
    case_id = text(params, "case")
    state = load(conn, case_id)
    if state.person is None or agency not in (state.district, state.responsible):
        raise Refused(RefusalCode.NOT_FOUND, "no such case of this district", "case")
    query = select(COMPUTATION).where(COMPUTATION.c.case_id == case_id)
    rows = conn.execute(query.order_by(COMPUTATION.c.number))
    return {"case": case_id, "computations": [dict(row._mapping) for row in rows]}  # noqa: SLF001


def load(conn: Connection, case_id: str) -> Case:
    """A case with its copies, as the writer would see it."""
    own = first(conn, CASE, "case_id", case_id) or {"case_id": case_id}
    person = first(conn, PERSON, "case_id", case_id)
    handoff = first(conn, HANDOFF, "case_id", case_id)
    return Case(
        **own,
        person=Person(**person) if person else None,
        handoff=HandoffKnown(**handoff) if handoff else None,
    )


def _named(state: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(state, name) for name in names}


def first(conn: Connection, table: Table, column: str, value: str) -> dict[str, Any] | None:
    """The first row of a table with this value in a column."""
    row = conn.execute(select(table).where(table.c[column] == value)).first()
    return dict(row._mapping) if row else None  # noqa: SLF001


def text(params: dict[str, Any], name: str) -> str:
    """A parameter that is a text.

    Raises:
        Refused: invalid.
    """
    value = params.get(name)
    if not isinstance(value, str):
        raise Refused(RefusalCode.INVALID, "a text is expected", name)
    return value


def domain_in(params: dict[str, Any]) -> ResponsibilityDomain:
    """The domain that is asked for, that of benefits where none is named.

    Raises:
        Refused: invalid, there is no such domain.
    """
    if "domain" not in params:
        return ResponsibilityDomain.BENEFITS
    if (named := text(params, "domain")) not in set(ResponsibilityDomain):
        raise Refused(RefusalCode.INVALID, "not a domain of responsibility", "domain")
    return ResponsibilityDomain(named)
