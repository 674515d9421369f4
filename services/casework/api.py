"""What agencies may ask casework."""

from typing import Any

from sqlalchemy import Connection, Table, select

from services.casework.shown import TAKEN_BACK, sheet_extras
from services.casework.state import Case, HandoffKnown, Person
from services.casework.tables import (
    CaseRow,
    ComputationRow,
    HandoffCopyRow,
    HandoverSheetRow,
    PersonCopyRow,
)
from services.chassis.access import Access, query
from services.chassis.decider import Refused
from staffel_contracts.access import READ_CASES, READ_STAGES, Scope
from staffel_contracts.codes import FieldGroup, RefusalCode

CASE: Table = CaseRow.__table__  # type: ignore[attr-defined]
PERSON: Table = PersonCopyRow.__table__  # type: ignore[attr-defined]
HANDOFF: Table = HandoffCopyRow.__table__  # type: ignore[attr-defined]
COMPUTATION: Table = ComputationRow.__table__  # type: ignore[attr-defined]
SHEET: Table = HandoverSheetRow.__table__  # type: ignore[attr-defined]

SHEET_ACCESS = Access(
    Scope.HANDOFF, READ_CASES, groups=(FieldGroup.IDENTITY, FieldGroup.HANDOVER_SHEET)
)


@SHEET_ACCESS.of
def handover_sheet(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """A sheet (``sheet_ref``, and optionally its ``case``) with its fields and digest.

    For the agency that made it, and for the one that it was made for: while its handoff is the
    current one, unless that was withdrawn or annulled, and where it took over. ``supplied`` holds
    the answers to the receiver's questions that are not in the sheet, ``consented`` what the person
    lets be told for as long as the consent stands; the digest covers neither. ``bases`` says why
    each field is told, ``withheld`` why others are not.

    Raises:
        Refused: not-found, not-the-receiver.
    """
    row = first(conn, SHEET, "sheet_ref", _text(params, "sheet_ref"))
    if row is None or params.get("case", row["case_id"]) != row["case_id"]:
        raise Refused(RefusalCode.NOT_FOUND, "no such sheet", "sheet_ref")
    state = load(conn, row["case_id"])
    if agency not in readers(row, state):
        raise Refused(RefusalCode.NOT_THE_RECEIVER, "not made for this agency", "sheet_ref")
    return row | sheet_extras(row, state)


def readers(row: dict[str, Any], state: Case) -> set[str]:
    """The sender; and the receiver, while it decides, and where it took over.

    A sheet that was taken back, or that another one took the place of, is not the receiver's.
    """
    handoff = state.handoff
    current = handoff is not None and handoff.sheet_ref == row["sheet_ref"]
    waits = current and handoff is not None and handoff.status not in TAKEN_BACK
    took_over = row["to_agency"] == state.responsible
    return {row["from_agency"]} | ({row["to_agency"]} if waits or took_over else set())


@query(FieldGroup.BENEFITS, FieldGroup.RESIDENCE, scope=Scope.CASE, roles=READ_STAGES)
def case(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """Where a case (``case``) stands and its dates, for its district; no names.

    Raises:
        Refused: not-found, also where the case is another district's.
    """
    state = load(conn, _text(params, "case"))
    person, handoff = state.person, state.handoff
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
    }


@query(FieldGroup.BENEFITS, scope=Scope.CASE, roles=READ_CASES)
def computations(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """Every computed end of benefits of a case (``case``), in order, each with rule and facts.

    For its district and for who is responsible; the last one counts, those before stay visible.

    Raises:
        Refused: not-found, also where the case is another district's.
    """
    case_id = _text(params, "case")
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


def _text(params: dict[str, Any], name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str):
        raise Refused(RefusalCode.INVALID, "a text is expected", name)
    return value
