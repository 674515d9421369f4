"""What every process of the platform does alike: serve HTTP, connect to NATS, end with a reason."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Protocol, TypeVar

import structlog
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError, OperationalError

from services.chassis.asking.guarding import Guard
from services.chassis.logging import set_up_logging
from services.chassis.running.heap import share_one_heap
from services.chassis.running.http_protocol import HttpProtocol
from services.chassis.settings import ProcessSettings, WrongSettings
from services.chassis.store.away import told
from services.chassis.store.parking import place_of

GRACE = 10.0
S = TypeVar("S", bound=ProcessSettings)


class Process(Protocol):
    """A process that runs until it is told to stop."""

    stopping: asyncio.Event

    async def run(self) -> None:
        """Run until ``stopping`` is set, then stop cleanly."""


def http_server(app: FastAPI, settings: ProcessSettings) -> uvicorn.Server:
    """A guarded server for the application; it leaves signals and logging to the process."""
    config = uvicorn.Config(
        Guard(app),
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        server_header=False,
        http=HttpProtocol,
        lifespan="off",
        timeout_graceful_shutdown=int(GRACE / 2),
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    return server


def load_settings(name: str, settings: type[S]) -> S:
    """The settings of a process, which ends with a sentence where one is missing or wrong."""
    try:
        return settings.load()
    except WrongSettings as error:
        sys.stderr.write(f"staffel {name}: {error}\n")
        sys.exit(1)


async def serve_http(server: uvicorn.Server) -> None:
    """Serve until told to exit; its port is free afterwards, however it ends."""
    try:
        await server.serve()
    finally:
        for listener in getattr(server, "servers", ()):
            listener.close()


def run_process(name: str, settings: ProcessSettings, make: Callable[[], Process]) -> None:
    """The main function of a process; exits 0 after a clean stop, 1 with a reason else."""
    share_one_heap()
    set_up_logging(settings.log_format, settings.log_level)
    log = structlog.get_logger(service=name)
    try:
        asyncio.run(_run_until_signalled(make))
    except Exception as error:  # noqa: BLE001 - whatever it was, say it in one line and exit 1
        log.error("stopped", reason=_reason(error))  # noqa: TRY400
        sys.exit(1)


def _reason(error: Exception) -> str:
    """What ended it; of a statement or of input only the kind, as the text may hold data."""
    kind = type(error).__name__
    if isinstance(error, DBAPIError) and not isinstance(error, OperationalError):
        return f"{kind}: {told(error)}"
    return kind if isinstance(error, ValidationError) else f"{kind}: {error}"


def _nobody_waited(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say what a task ended with that nobody waits for; asyncio would print what it holds."""
    log, error = structlog.get_logger(), context.get("exception")
    reason, place = (type(error).__name__, place_of(error)) if error else (context["message"], "")
    log.error("a task ended", reason=reason, place=place)


async def _run_until_signalled(make: Callable[[], Process]) -> None:
    process = make()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_nobody_waited)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, process.stopping.set)
    await process.run()
