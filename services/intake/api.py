"""What agencies may ask intake."""

from typing import Any

from sqlalchemy import Connection, Table, select

from services.chassis.access import query
from services.chassis.decider import Refused
from services.intake.person import household
from services.intake.person.decider import PROTECTED
from services.intake.tables import PersonRow
from staffel_contracts.access import READ_STAGES, Scope
from staffel_contracts.codes import AgencyKind, FieldGroup, RefusalCode
from staffel_contracts.command import DISTRICT

PERSON: Table = PersonRow.__table__  # type: ignore[attr-defined]
_RECORDED = (
    *("admitted_on", "decision", "decided_on", "served_on", "received_on"),
    *("titles", "title_code", "title_valid_from", "title_valid_to"),
)


@query(FieldGroup.RESIDENCE, scope=Scope.DISTRICT, roles=READ_STAGES, may=DISTRICT)
def person(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The case of a file reference and the dates recorded, for its own district.

    Raises:
        Refused: not-found, also where the person is another district's.
    """
    reference = params.get("file_reference")
    if not isinstance(reference, str):
        raise Refused(RefusalCode.INVALID, "a text is expected", "file_reference")
    kind, _, district = agency.rpartition("-")
    query = select(PERSON).where(PERSON.c.key == f"{district}/{reference}")
    row = conn.execute(query).first()
    if row is None or kind != AgencyKind.DISTRICT.value:
        raise Refused(RefusalCode.NOT_FOUND, "no such person of this district", "file_reference")
    found = {name: getattr(row, name) for name in _RECORDED}
    return {
        "case": row.case_id,
        **found,
        "temporary_protection": PROTECTED in row.records,
        "households": household.known(row.records),
    }
