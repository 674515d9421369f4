"""The HTTP side of a service: commands, queries, its log, parked cases, health and metrics."""

import asyncio
from collections.abc import Awaitable
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Body, Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import or_, select
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from services.chassis.access import Caller, Turned
from services.chassis.asking.asking import MALFORMED, check_open, command_work
from services.chassis.asking.limiting import TooMany
from services.chassis.asking.openapi import describe
from services.chassis.endpoints.bus import REPEATED_HEADER
from services.chassis.endpoints.doors import ASKING, Door, OpenDoor, OperatorsDoor
from services.chassis.running.health import Health
from services.chassis.running.metrics import Metrics
from services.chassis.running.runtime import Runtime
from services.chassis.store.away import told
from services.chassis.store.parking import DROPPED, PARKED
from services.chassis.work import Answer, ParkedWork
from staffel_contracts.codes import RefusalCode

PROBLEM = "application/problem+json"
UNAUTHORIZED = 401
_OF_ROUTES = {
    400: (RefusalCode.MALFORMED, MALFORMED),
    404: (RefusalCode.NOT_FOUND, "no such route"),
    405: (RefusalCode.METHOD_NOT_ALLOWED, "the header Allow says which"),
}
"""What the framework says by itself, by its status."""
ParkedId = Annotated[str, Body(embed=True, pattern=r"^[ -~]{1,500}$")]
ANSWER_SECONDS = 30.0
"""How long a caller waits; then the same key again gives the answer once there is one."""


def make_http(runtime: Runtime) -> FastAPI:
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
    app.add_exception_handler(HTTPException, _no_route)
    app.add_exception_handler(OperationalError, _away)
    app.add_exception_handler(Exception, _broken)
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
    response = as_response(error.answer)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    if response.status_code == UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def _no_route(_: Request, error: Exception) -> Response:
    """No such path; not with this method, and with which; or an unreadable body."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    code, detail = _OF_ROUTES.get(error.status_code, _OF_ROUTES[404])
    response = as_response(Answer.refusal(code, detail))
    response.headers.update(error.headers or {})
    return response


async def _away(_: Request, error: Exception) -> Response:
    """The database is away, and whoever asks may ask again."""
    assert isinstance(error, OperationalError)  # noqa: S101 - registered for nothing else
    return as_response(Answer.refusal(RefusalCode.UNAVAILABLE, told(error)))


async def _broken(_: Request, __: Exception) -> Response:
    """Our bug; what it was stands in the log."""
    return as_response(Answer.refusal(RefusalCode.BROKEN))


async def _invalid(_: Request, error: Exception) -> Response:
    """Name the first parameter that breaks a rule, and the rule, but not what was given."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return as_response(Answer.refusal(RefusalCode.MALFORMED, MALFORMED))
    return as_response(Answer.refusal(RefusalCode.INVALID, first["msg"], str(first["loc"][-1])))


def _asking(runtime: Runtime) -> APIRouter:
    router, door = APIRouter(), Door(runtime, ASKING)

    @router.post("/commands/{name}", summary="Send a command")
    async def send(
        request: Request,
        name: str,
        caller: Annotated[Caller, Depends(door)],
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> Response:
        check_open(runtime.maintenance.now(), runtime.writer.line.held)
        body = await request.body()
        work = command_work(runtime.service, name, body, idempotency_key, caller)
        return as_response(await _in_time(runtime.counter.ask(work)))

    @router.post("/queries/{name}", summary="Ask a query")
    async def query(
        request: Request, name: str, caller: Annotated[Caller, Depends(door)]
    ) -> Response:
        body = await request.body()
        answer = runtime.queries.ask(name, body, caller)
        return as_response(await _in_time(answer))

    return router


async def _in_time(answer: Awaitable[Answer]) -> Answer:
    """An answer, unless it takes too long."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await answer
    except TimeoutError:
        return Answer.refusal(RefusalCode.UNAVAILABLE, "no answer yet; send it again")


class Watched(Protocol):
    """What health, metrics and status are asked of."""

    health: Health
    metrics: Metrics

    async def reasons(self) -> list[str]:
        """Why it is not ready."""

    async def status(self) -> dict[str, Any]:
        """Where it stands."""

    async def operator(self, token: str) -> bool:
        """Whether a token is the operator's."""


def watching(runtime: Watched) -> APIRouter:
    """The routes by which a process is watched."""
    router, door = APIRouter(), [Depends(OpenDoor())]

    @router.get("/health/live", dependencies=door, summary="Is the process alive?")
    async def live() -> JSONResponse:
        silent = runtime.health.silent()
        return JSONResponse({"live": not silent, "reasons": silent}, 503 if silent else 200)

    @router.get("/health/ready", dependencies=door, summary="Can it work, and if not, why?")
    async def ready() -> JSONResponse:
        reasons = await runtime.reasons()
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    @router.get("/metrics", dependencies=door, summary="Prometheus metrics")
    async def metrics() -> Response:
        return Response(runtime.metrics.text(), media_type="text/plain; version=0.0.4")

    @router.get(
        "/status",
        dependencies=[Depends(OperatorsDoor(runtime))],
        summary="Where the service stands",
    )
    async def status() -> dict[str, Any]:
        return await runtime.status()

    return router


def _signed(runtime: Runtime) -> APIRouter:
    router = APIRouter(dependencies=[Depends(OpenDoor())])

    @router.get("/log/checkpoint", summary="The log's newest checkpoint, a signed note")
    async def checkpoint() -> Response:
        if runtime.checkpoints is None:
            raise Turned(RefusalCode.NOT_FOUND, "the service has no key to sign its log with")
        return Response(runtime.checkpoints.newest, media_type="text/plain; charset=utf-8")

    return router


def _parked(runtime: Runtime) -> APIRouter:
    router = APIRouter(dependencies=[Depends(OperatorsDoor(runtime))])

    @router.get("/parked", summary="What is parked, and why")
    async def parked(
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        parked_id: Annotated[str | None, Query(description="this one and its case")] = None,
    ) -> list[dict[str, Any]]:
        return await asyncio.to_thread(_list_parked, runtime, limit, parked_id)

    @router.post("/parked/retry", summary="Try the case of a parked input again, in order")
    async def retry(parked_id: ParkedId) -> Response:
        return await _act(runtime, parked_id, drop=False)

    @router.post("/parked/drop", summary="Drop the first input of a parked case for good")
    async def drop(parked_id: ParkedId) -> Response:
        return await _act(runtime, parked_id, drop=True)

    return router


def _list_parked(runtime: Runtime, limit: int, parked_id: str | None) -> list[dict[str, Any]]:
    """What waits, the oldest first, and behind it what was dropped."""
    columns = [c for c in PARKED.c if c.name != "wire"]
    query = select(*columns).order_by(PARKED.c.status == DROPPED, PARKED.c.position).limit(limit)
    if parked_id is not None:
        case = select(PARKED.c.case_id).where(PARKED.c.id == parked_id).scalar_subquery()
        query = query.where(or_(PARKED.c.id == parked_id, PARKED.c.case_id == case))
    with runtime.reading.connect() as conn:
        rows = [dict(row._mapping) for row in conn.execute(query)]  # noqa: SLF001
    return [row | {"parked_at": row["parked_at"].isoformat()} for row in rows]


async def _act(runtime: Runtime, parked_id: str, *, drop: bool) -> Response:
    row = await asyncio.to_thread(_parked_row, runtime, parked_id)
    if row is None:
        detail = f"nothing is parked as {parked_id[:100]}"
        return as_response(Answer.refusal(RefusalCode.NOT_FOUND, detail))
    check_open(None, runtime.writer.line.held)
    work = ParkedWork(row.case_id, parked_id, drop=drop)
    if row.status != DROPPED:
        await runtime.counter.ask(work)
        row = await asyncio.to_thread(_parked_row, runtime, parked_id)
    left = row is not None and row.status != DROPPED
    if drop and left:
        detail = "another input of its case comes first, and only the first can be dropped"
        return as_response(Answer.refusal(RefusalCode.INVALID, detail, "parked_id"))
    return JSONResponse({"found": 0, "dropped": 0} | work.result | {"still_parked": left})


def _parked_row(runtime: Runtime, parked_id: str) -> Any:
    query = select(PARKED.c.case_id, PARKED.c.status).where(PARKED.c.id == parked_id)
    with runtime.reading.connect() as conn:
        return conn.execute(query).first()
