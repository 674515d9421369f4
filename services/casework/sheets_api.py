"""What agencies may ask about a handover sheet."""

from typing import Any

from sqlalchemy import Connection

from services.casework.api import SHEET, first, load, text
from services.casework.domains import in_domain
from services.casework.handoff_copy import HandoffKnown
from services.casework.households import others_of
from services.casework.shown import TAKEN_BACK, sheet_extras
from services.casework.state import Case
from services.chassis.access import Access, Beside
from services.chassis.decider import Refused
from services.chassis.restricting import Restricted
from staffel_contracts.access import READ_CASES, Scope
from staffel_contracts.codes import FieldGroup, HandoffStatus, RefusalCode

SHEET_ACCESS = Access(
    Scope.HANDOFF,
    READ_CASES,
    groups=(FieldGroup.IDENTITY, FieldGroup.HANDOVER_SHEET),
    takes=("sheet_ref", "case"),
)


@SHEET_ACCESS.today
def handover_sheet(
    conn: Connection, agency: str, params: dict[str, Any], restricted: Restricted
) -> Beside:
    """A sheet (``sheet_ref``, and optionally its ``case``) with its fields and digest.

    For the agency that made it, until the handoff is complete: from then on that one sees the
    status only, as long as another agency is responsible. And for the agency that it was made for:
    while its handoff is the current one, unless that was withdrawn or annulled, and where it took
    over. ``supplied`` holds the answers to the receiver's questions that are not in the sheet,
    ``consented`` what the person lets be told for as long as the consent stands and has not run
    out; the digest covers neither. ``bases`` says why each field is told, ``withheld`` why others
    are not, ``corrected`` what was found wrong since, as it is known now, and ``changed`` which
    title or interim proof counts by now where one stood on the sheet; ``household`` shows the
    others of it with their own dates.

    Raises:
        Refused: not-found, not-the-receiver, status-only, unavailable.
    """
    row = first(conn, SHEET, "sheet_ref", text(params, "sheet_ref"))
    if row is None or params.get("case", row["case_id"]) != row["case_id"]:
        raise Refused(RefusalCode.NOT_FOUND, "no such sheet", "sheet_ref")
    state = in_domain(load(conn, row["case_id"]), row["domain"])
    check_reader(row, state, agency)
    others = others_of(conn, row, restricted.stands)
    extras = sheet_extras(row, state, restricted.today) | {"household": [*others.values()]}
    return Beside(row | extras, others)


def check_reader(row: dict[str, Any], state: Case, agency: str) -> None:
    """Refuse a sheet to whoever may not read it now; the sender may until it is complete.

    Raises:
        Refused: not-the-receiver; status-only, to the sender after completion; unavailable, to a
            receiver that heard of the handoff before casework did.
    """
    if agency == row["from_agency"] and not _sender_reads(row, state):
        detail = "the handoff is complete, and another agency is responsible"
        raise Refused(RefusalCode.STATUS_ONLY, detail, "sheet_ref")
    if agency == row["to_agency"] and _is_not_heard_of_yet(row, state):
        detail = "the handoff has not been heard of here yet: ask again"
        raise Refused(RefusalCode.UNAVAILABLE, detail, "sheet_ref")
    if agency not in (row["from_agency"], row["to_agency"] if _receiver_reads(row, state) else ""):
        raise Refused(RefusalCode.NOT_THE_RECEIVER, "not made for this agency", "sheet_ref")


def _sender_reads(row: dict[str, Any], state: Case) -> bool:
    handoff = _current(row, state)
    under_way = handoff is not None and handoff.status != HandoffStatus.COMPLETED
    return under_way or row["from_agency"] == state.responsible


def _receiver_reads(row: dict[str, Any], state: Case) -> bool:
    """A sheet that was taken back, or that another one took the place of, is not the receiver's."""
    handoff = _current(row, state)
    waits = handoff is not None and handoff.status not in TAKEN_BACK
    stands = state.handoff is not None and state.handoff.standing.get("sheet_ref")
    return waits or stands == row["sheet_ref"] or row["to_agency"] == state.responsible


def _is_not_heard_of_yet(row: dict[str, Any], state: Case) -> bool:
    """The sheet that was made last, of a handoff that the bridge has said nothing of so far."""
    known = state.handoff
    handed_back = known is not None and known.handoff_id is not None and known.sheet_ref is None
    is_last = state.sheet_ref == row["sheet_ref"]
    return is_last and _current(row, state) is None and not handed_back


def _current(row: dict[str, Any], state: Case) -> HandoffKnown | None:
    """The current handoff, where it is the one of this sheet."""
    handoff = state.handoff
    return handoff if handoff and handoff.sheet_ref == row["sheet_ref"] else None
