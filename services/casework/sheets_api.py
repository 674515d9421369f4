"""What agencies may ask about a handover sheet."""

from typing import Any

from sqlalchemy import Connection

from services.casework.api import SHEET, first, load, text
from services.casework.households import others_of
from services.casework.shown import TAKEN_BACK, sheet_extras
from services.casework.state import Case
from services.chassis.access import Access
from services.chassis.clock import RealClock
from services.chassis.decider import Refused
from services.chassis.legal_calendar import legal_date
from staffel_contracts.access import READ_CASES, Scope
from staffel_contracts.codes import FieldGroup, RefusalCode

SHEET_ACCESS = Access(
    Scope.HANDOFF, READ_CASES, groups=(FieldGroup.IDENTITY, FieldGroup.HANDOVER_SHEET)
)


@SHEET_ACCESS.of
def handover_sheet(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """A sheet (``sheet_ref``, and optionally its ``case``) with its fields and digest.

    For the agency that made it, and for the one that it was made for: while its handoff is the
    current one, unless that was withdrawn or annulled, and where it took over. ``supplied`` holds
    the answers to the receiver's questions that are not in the sheet, ``consented`` what the person
    lets be told for as long as the consent stands and has not run out; the digest covers neither.
    ``bases`` says why each field is told, ``withheld`` why others are not, ``corrected`` what was
    found wrong since, as it is known now; ``household`` shows the others of it with their own
    dates.

    Raises:
        Refused: not-found, not-the-receiver.
    """
    row = first(conn, SHEET, "sheet_ref", text(params, "sheet_ref"))
    if row is None or params.get("case", row["case_id"]) != row["case_id"]:
        raise Refused(RefusalCode.NOT_FOUND, "no such sheet", "sheet_ref")
    state = load(conn, row["case_id"])
    if agency not in readers(row, state):
        raise Refused(RefusalCode.NOT_THE_RECEIVER, "not made for this agency", "sheet_ref")
    return (
        row
        | sheet_extras(row, state, legal_date(RealClock().now()))
        | {"household": others_of(conn, row)}
    )


def readers(row: dict[str, Any], state: Case) -> set[str]:
    """The sender; and the receiver, while it decides, and where it took over.

    A sheet that was taken back, or that another one took the place of, is not the receiver's.
    """
    handoff = state.handoff
    current = handoff is not None and handoff.sheet_ref == row["sheet_ref"]
    waits = current and handoff is not None and handoff.status not in TAKEN_BACK
    took_over = row["to_agency"] == state.responsible
    return {row["from_agency"]} | ({row["to_agency"]} if waits or took_over else set())
