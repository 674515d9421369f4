"""Who may print a sheet, and that it was printed."""

from datetime import date

from services.casework.domains import of_sheet
from services.casework.state import Case
from services.chassis.decider import Asked, Refused
from staffel_contracts.codes import HandoffStatus, RefusalCode
from staffel_contracts.commands.casework import RecordSheetPrinted
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import HandoverSheetPrinted


def printed(case: Case, asked: Asked[RecordSheetPrinted], today: date) -> Fact:
    """That a sheet was printed.

    Raises:
        Refused: it is not the last sheet of the case, or not this agency's to read; status-only, to
            the sender after completion.
    """
    case = of_sheet(case, asked.command.sheet_ref)
    if asked.agency not in _printers(case):
        raise Refused(RefusalCode.NOT_FOUND, "no such case of this agency", "case")
    if case.sheet_ref != asked.command.sheet_ref:
        raise Refused(RefusalCode.NOT_FOUND, "not the last sheet of the case", "sheet_ref")
    completed = case.handoff and case.handoff.status == HandoffStatus.COMPLETED
    if completed and asked.agency != case.responsible:
        raise Refused(RefusalCode.STATUS_ONLY, "the handoff is complete", "sheet_ref")
    return HandoverSheetPrinted(
        sheet_ref=asked.command.sheet_ref,
        agency=asked.agency,
        printed_on=today,
        pdf_digest=asked.command.pdf_digest,
    )


def _printers(case: Case) -> set[str | None]:
    """The district, who is responsible, and the receiver unless the sender took the sheet back."""
    handoff = case.handoff
    waits = (
        handoff is not None
        and handoff.sheet_ref == case.sheet_ref
        and handoff.status not in (HandoffStatus.WITHDRAWN, HandoffStatus.ANNULLED)
    )
    receiver = handoff.to_agency if handoff and waits else None
    return {case.district, case.responsible, receiver} - {None}
