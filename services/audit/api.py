"""The HTTP side of audit: checkpoints and tiles as C2SP tlog-tiles lays them out, and findings."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, FastAPI, Query, Response

from services.audit.auditor import Auditor
from services.audit.log_archive import LogArchive
from services.chassis.access import Turned
from services.chassis.endpoints.doors import OpenDoor, OperatorsDoor
from services.chassis.endpoints.http import plain_app, watching
from services.chassis.transport.wire import leaf_of
from staffel_contracts.codes import RefusalCode
from staffel_contracts.tlog.tiles import CHECKPOINT, WIDTH, NoTile, Tile, read_path

_NOTE = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"
_LINES = "application/jsonl"
_LENGTH_BYTES = 2
_MOST_ENTRIES = 1000


def make_http(auditor: Auditor) -> FastAPI:
    """The FastAPI application of the audit process."""
    app = plain_app("Staffel audit")
    app.include_router(watching(auditor))
    app.include_router(_tiles(auditor))
    app.include_router(_entries(auditor))
    app.include_router(_findings(auditor))
    return app


def _tiles(auditor: Auditor) -> APIRouter:
    router, open_door = APIRouter(prefix="/logs/{log}"), [Depends(OpenDoor())]
    operators = [Depends(OperatorsDoor(auditor))]

    @router.get(
        "/checkpoint", dependencies=open_door, summary="The newest checkpoint kept, a signed note"
    )
    def checkpoint(log: str) -> Response:
        path = _log(auditor, log).folder / CHECKPOINT
        if not path.exists():
            raise Turned(RefusalCode.NOT_FOUND, "no checkpoint of the log is kept yet")
        return Response(path.read_bytes(), media_type=_NOTE)

    @router.get(
        "/tile/entries/{path:path}",
        dependencies=operators,
        summary="Leaves of a tile, each after its length",
    )
    def entries(log: str, path: str) -> Response:
        found = _log(auditor, log)
        tile = _tile(f"tile/0/{path}")
        wires = found.wires(tile.number * WIDTH, tile.width)
        if len(wires) < tile.width:
            raise Turned(RefusalCode.NOT_FOUND, "the log is not that long yet")
        return Response(b"".join(map(_prefixed, wires)), media_type=_BYTES)

    @router.get("/tile/{path:path}", dependencies=open_door, summary="A tile of hashes")
    def hashes(log: str, path: str) -> Response:
        found = _log(auditor, log)
        tile = _tile(f"tile/{path}")
        try:
            return Response(found.tile(tile.path()), media_type=_BYTES)
        except LookupError:
            raise Turned(RefusalCode.NOT_FOUND, "the log is not that long yet") from None

    return router


def _entries(auditor: Auditor) -> APIRouter:
    router = APIRouter(dependencies=[Depends(OperatorsDoor(auditor))])

    @router.get("/logs/{log}/entries", summary="Archived entries as JSON Lines")
    def entries(
        log: str,
        start: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=_MOST_ENTRIES)] = 100,
    ) -> Response:
        wires = _log(auditor, log).wires(start, limit)
        return Response(b"".join(wire + b"\n" for wire in wires), media_type=_LINES)

    return router


def _findings(auditor: Auditor) -> APIRouter:
    router = APIRouter(dependencies=[Depends(OperatorsDoor(auditor))])

    @router.get("/findings", summary="What was found, and what of it is settled")
    def findings() -> dict[str, Any]:
        found = auditor.findings
        settled = [f.as_json() | {"reason": why} for f, why in list(found.settled.values())]
        return {"open": [f.as_json() for f in list(found.open.values())], "settled": settled}

    @router.post("/findings/{number}/settle", summary="Close a finding, with the reason")
    async def settle(
        number: int,
        reason: Annotated[str, Body(embed=True, min_length=1, max_length=500)],
    ) -> dict[str, Any]:
        try:
            await asyncio.to_thread(auditor.findings.settle, number, reason)
        except KeyError:
            raise Turned(RefusalCode.NOT_FOUND, f"no finding {number} is open") from None
        auditor.log.info("settled", finding=number)
        return {"settled": number}

    return router


def _log(auditor: Auditor, name: str) -> LogArchive:
    if name not in auditor.followers:
        raise Turned(RefusalCode.NOT_FOUND, "no such log is followed")
    return auditor.archive.log(name)


def _tile(path: str) -> Tile:
    try:
        return read_path(path)
    except NoTile:
        raise Turned(RefusalCode.NOT_FOUND, "this is no path of a tile") from None


def _prefixed(wire: bytes) -> bytes:
    leaf = leaf_of(wire)
    return len(leaf).to_bytes(_LENGTH_BYTES) + leaf
