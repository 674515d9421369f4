"""Waiting for a log that another process holds, to take it over as soon as that one is gone."""

import asyncio
from contextlib import suppress

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import OperationalError

from services.chassis.running.process import http_server
from services.chassis.running.runtime import Runtime
from services.chassis.store.away import told
from services.chassis.store.log import Fenced

LOOK_EVERY = 0.5


async def take_log(runtime: Runtime) -> bool:
    """Take the log, once it is free; false if the process was told to stop before.

    Meanwhile the process answers HTTP as a standby: alive, and not ready.

    Raises:
        Fenced: another process holds it, and the settings say not to wait.
    """
    if (reason := await _missing(runtime)) is None:
        return True
    waits = [reason]
    runtime.log.info("standby", reason=reason)
    async with asyncio.TaskGroup() as group:
        server = http_server(_app(runtime.service.name, waits), runtime.settings)
        group.create_task(server.serve())
        try:
            return await _wait(runtime, waits)
        finally:
            server.should_exit = True


async def _wait(runtime: Runtime, waits: list[str]) -> bool:
    while not runtime.stopping.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(runtime.stopping.wait(), LOOK_EVERY)
        if (reason := await _missing(runtime)) is None:
            return True
        waits[:] = [reason]
    return False


async def _missing(runtime: Runtime) -> str | None:
    """Take the log; gives why it cannot be taken yet."""
    try:
        await asyncio.to_thread(runtime.writer.open)
    except Fenced:
        if runtime.settings.standby == "exit":
            raise
        return "standby: another process holds the log"
    except OperationalError as error:
        return f"standby: {told(error)}"  # it is waited for as well
    return None


def _app(service: str, waits: list[str]) -> FastAPI:
    app = FastAPI(title=f"Staffel {service}, standby", docs_url=None, redoc_url=None)

    @app.get("/health/live")
    async def live() -> JSONResponse:
        return JSONResponse({"live": True, "reasons": []})

    @app.get("/health/ready")
    async def ready() -> JSONResponse:
        return JSONResponse({"ready": False, "standby": True, "reasons": waits}, 503)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(f'staffel_standby{{service="{service}"}} 1\n', media_type="text/plain")

    return app
