"""The HTTP side of a service: commands, queries, its log, parked cases, health and metrics."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from fastapi import APIRouter, Body, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import select

from services.chassis.agencies import Agency
from services.chassis.asking import (
    MOST_BYTES,
    Caller,
    Turned,
    answer_query,
    check_open,
    command_work,
)
from services.chassis.bus import REPEATED_HEADER
from services.chassis.health import Health
from services.chassis.metrics import Metrics
from services.chassis.openapi import describe
from services.chassis.parking import PARKED
from services.chassis.work import Answer, ParkedWork
from staffel_contracts.codes import RefusalCode
from staffel_contracts.problem import problem

if TYPE_CHECKING:
    from services.chassis.app import Runtime

PROBLEM = "application/problem+json"
_BEARER = "Bearer "


def make_http(runtime: "Runtime") -> FastAPI:
    """The FastAPI application of a service."""
    app = plain_app(f"Staffel {runtime.service.name}")
    app.include_router(_asking(runtime))
    app.include_router(watching(runtime))
    app.include_router(_signed(runtime))
    app.include_router(_parked(runtime))
    describe(app, runtime.service)
    for routes in runtime.service.routes:
        app.include_router(routes(runtime))
    return app


def plain_app(title: str) -> FastAPI:
    """An application whose refusals are problem documents; it loads nothing from elsewhere."""
    app = FastAPI(title=title, docs_url=None, redoc_url=None)
    app.add_exception_handler(Turned, _turned)
    app.add_exception_handler(RequestValidationError, _invalid)
    return app


def as_response(answer: Answer) -> Response:
    """An answer as an HTTP response."""
    media = "application/json" if answer.status < 400 else PROBLEM  # noqa: PLR2004
    headers = {REPEATED_HEADER: "true"} if answer.repeated else {}
    if answer.retry_after is not None:
        headers["Retry-After"] = str(answer.retry_after)
    return Response(answer.body, answer.status, headers, media)


async def _turned(_: Request, error: Exception) -> Response:
    assert isinstance(error, Turned)  # noqa: S101 - registered for nothing else
    return as_response(error.answer)


async def _invalid(_: Request, error: Exception) -> Response:
    """Name the first parameter that breaks a rule, and the rule, but not what was given."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    first = error.errors()[0]
    return as_response(Answer.refusal(RefusalCode.INVALID, first["msg"], str(first["loc"][-1])))


async def _body(request: Request) -> bytes:
    """The body, refused as soon as it is too large."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_BYTES:
            raise Turned(RefusalCode.TOO_LARGE, f"at most {MOST_BYTES} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def agency_of(runtime: "Runtime", request: Request) -> Agency:
    """The agency whose bearer token a request carries.

    Raises:
        Turned: none, or of nobody.
    """
    given = request.headers.get("Authorization", "")
    found = (
        runtime.agencies.by_token(given.removeprefix(_BEARER))
        if given.startswith(_BEARER)
        else None
    )
    if found is None:
        raise Turned(RefusalCode.UNAUTHENTICATED, "a bearer token of an agency is expected")
    return found


def _asking(runtime: "Runtime") -> APIRouter:
    router = APIRouter()

    @router.post("/commands/{name}", summary="Send a command")
    async def send(
        request: Request,
        name: str,
        idempotency_key: Annotated[str | None, Header()] = None,
        staffel_actor: Annotated[str | None, Header(max_length=100)] = None,
        staffel_role: Annotated[str, Header(max_length=50)] = "system",
    ) -> Response:
        agency = agency_of(runtime, request)
        check_open(runtime.maintenance.now())
        caller = Caller(agency, staffel_actor or agency.id, staffel_role)
        body = await _body(request)
        work = command_work(runtime.service, name, body, idempotency_key, caller)
        return as_response(await runtime.counter.ask(work))

    @router.post("/queries/{name}", summary="Ask a query")
    async def query(request: Request, name: str) -> Response:
        agency = agency_of(runtime, request)
        body = await _body(request)
        return as_response(
            await asyncio.to_thread(
                answer_query, runtime.service, runtime.reading, name, body, agency
            )
        )

    return router


class Watched(Protocol):
    """What health, metrics and status are asked of."""

    health: Health
    metrics: Metrics

    async def reasons(self) -> list[str]:
        """Why it is not ready."""

    async def status(self) -> dict[str, Any]:
        """Where it stands."""

    def is_operator(self, token: str) -> bool:
        """Whether a token is the operator's."""


def watching(runtime: Watched) -> APIRouter:
    """The routes by which a process is watched."""
    router = APIRouter()

    @router.get("/health/live", summary="Is the process alive?")
    async def live() -> JSONResponse:
        silent = runtime.health.silent()
        return JSONResponse({"live": not silent, "reasons": silent}, 503 if silent else 200)

    @router.get("/health/ready", summary="Can it work, and if not, why?")
    async def ready() -> JSONResponse:
        reasons = await runtime.reasons()
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    @router.get("/metrics", summary="Prometheus metrics")
    async def metrics() -> Response:
        return Response(runtime.metrics.text(), media_type="text/plain; version=0.0.4")

    @router.get("/status", summary="Where the service stands")
    async def status() -> dict[str, Any]:
        return await runtime.status()

    return router


def _signed(runtime: "Runtime") -> APIRouter:
    router = APIRouter()

    @router.get("/log/checkpoint", summary="The log's newest checkpoint, a signed note")
    async def checkpoint() -> Response:
        if runtime.checkpoints is None:
            raise Turned(RefusalCode.NOT_FOUND, "the service has no key to sign its log with")
        return Response(runtime.checkpoints.newest, media_type="text/plain; charset=utf-8")

    return router


def _parked(runtime: "Runtime") -> APIRouter:
    router = APIRouter()

    @router.get("/parked", summary="What is parked, and why")
    async def parked(
        request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> list[dict[str, Any]]:
        operator_only(runtime, request)
        return await asyncio.to_thread(_list_parked, runtime, limit)

    @router.post("/parked/retry", summary="Try the case of a parked input again, in order")
    async def retry(request: Request, parked_id: Annotated[str, Body(embed=True)]) -> Response:
        operator_only(runtime, request)
        return await _act(runtime, parked_id, drop=False)

    @router.post("/parked/drop", summary="Drop a parked input for good; those behind it go on")
    async def drop(request: Request, parked_id: Annotated[str, Body(embed=True)]) -> Response:
        operator_only(runtime, request)
        return await _act(runtime, parked_id, drop=True)

    return router


def operator_only(runtime: Watched, request: Request) -> None:
    """Let only the operator on, who knows the process's NATS password.

    Raises:
        Turned: it is somebody else.
    """
    given = request.headers.get("Authorization", "").removeprefix(_BEARER)
    if not runtime.is_operator(given):
        raise Turned(RefusalCode.UNAUTHENTICATED, "the operator's token is expected")


def _list_parked(runtime: "Runtime", limit: int) -> list[dict[str, Any]]:
    columns = [c for c in PARKED.c if c.name != "wire"]
    query = select(*columns).order_by(PARKED.c.position).limit(limit)
    with runtime.reading.connect() as conn:
        rows = [dict(row._mapping) for row in conn.execute(query)]  # noqa: SLF001
    return [row | {"parked_at": row["parked_at"].isoformat()} for row in rows]


async def _act(runtime: "Runtime", parked_id: str, *, drop: bool) -> Response:
    query = select(PARKED.c.case_id).where(PARKED.c.id == parked_id)
    with runtime.reading.connect() as conn:
        row = conn.execute(query).first()
    if row is None:
        document = problem(RefusalCode.NOT_FOUND, f"nothing is parked as {parked_id[:100]}")
        return as_response(Answer(document.status, document.to_json()))
    work = ParkedWork(row.case_id, parked_id, drop=drop)
    await runtime.counter.ask(work)
    left = await asyncio.to_thread(_still_parked, runtime, parked_id)
    return JSONResponse(work.result | {"dropped": int(drop), "still_parked": left})


def _still_parked(runtime: "Runtime", parked_id: str) -> bool:
    query = select(PARKED.c.id).where(PARKED.c.id == parked_id, PARKED.c.status != "dropped")
    with runtime.reading.connect() as conn:
        return conn.execute(query).first() is not None
