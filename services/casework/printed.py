"""``POST /sheets/{ref}/pdf``: the printed sheet, and the entry that says which bytes went out."""

import asyncio
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.casework.api import SHEET, first, load
from services.casework.domains import in_domain
from services.casework.households import others_of
from services.casework.printing import sheet_pdf
from services.casework.sheets_api import SHEET_ACCESS, check_reader
from services.casework.state import Case
from services.chassis.access import Caller, Turned, check_command
from services.chassis.decider import Refused
from services.chassis.endpoints.doors import Door
from services.chassis.legal_calendar import legal_date
from services.chassis.running.runtime import Runtime
from services.chassis.work import CommandWork
from services.chassis.writing.reads import read_by
from staffel_contracts.codes import RefusalCode
from staffel_contracts.commands.casework import RecordSheetPrinted

PDF = "application/pdf"


def sheet_routes(runtime: Runtime) -> APIRouter:
    """The route of the printed sheet."""
    router, door = APIRouter(), Door(runtime, SHEET_ACCESS)

    @router.post(
        "/sheets/{sheet_ref}/pdf",
        summary="The handover sheet as a PDF, recorded by its hash",
        response_class=Response,
        responses={200: {"description": "PDF/A, PDF/UA.", "content": {PDF: {}}}},
    )
    async def printed(sheet_ref: str, caller: Annotated[Caller, Depends(door)]) -> Response:
        check_command(caller, RecordSheetPrinted)
        agency = caller.agency.id
        cases, content = await asyncio.to_thread(_printed, runtime, agency, sheet_ref)
        read = read_by(caller, "sheet/pdf", cases, SHEET_ACCESS.groups)
        await asyncio.to_thread(runtime.recorder.record, read)
        digest = sha256(content).hexdigest()
        wish = RecordSheetPrinted(case=cases[0], sheet_ref=sheet_ref, pdf_digest=digest)
        key = f"print/{sheet_ref}/{digest[:32]}"
        work = CommandWork(wish, agency, caller.actor, caller.role, key)
        answer = await runtime.counter.ask(work)
        if answer.status >= 400:  # noqa: PLR2004 - a problem document
            return Response(answer.body, answer.status, media_type="application/problem+json")
        headers = {"Content-Digest": f"sha-256={digest}", "Cache-Control": "no-store"}
        return Response(content, headers=headers, media_type=PDF)

    return router


def _printed(runtime: Runtime, agency: str, sheet_ref: str) -> tuple[tuple[str, ...], bytes]:
    """The cases that it shows, the sheet's own first, and the PDF."""
    with runtime.reading.connect() as conn:
        row: dict[str, Any] | None = first(conn, SHEET, "sheet_ref", sheet_ref)
        state = in_domain(load(conn, row["case_id"]), row["domain"]) if row else None
        others = others_of(conn, row, runtime.restricted.stands) if row else {}
    if row is None or state is None:
        raise Turned(RefusalCode.NOT_FOUND, "no such sheet of this agency", "sheet_ref")
    _check_reader(row, state, agency)
    if runtime.restricted.stands(row["case_id"]):
        raise Turned(RefusalCode.PROCESSING_RESTRICTED, "only stored for now", "sheet_ref")
    today = legal_date(runtime.clock.now())
    return (row["case_id"], *others), sheet_pdf(row, state, today, [*others.values()])


def _check_reader(row: dict[str, Any], state: Case, agency: str) -> None:
    """Nobody else learns by this that there is such a sheet."""
    try:
        check_reader(row, state, agency)
    except Refused as refused:
        known = refused.code is RefusalCode.STATUS_ONLY
        detail = refused.detail if known else "no such sheet of this agency"
        code = refused.code if known else RefusalCode.NOT_FOUND
        raise Turned(code, detail, "sheet_ref") from None
