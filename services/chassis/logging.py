"""JSON logs for machines, readable ones for people; never personal data."""

import logging
import sys
from typing import Any

import structlog


def set_up_logging(log_format: str, level: str) -> None:
    """Log to standard error, as JSON lines or readably."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    renderer = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_traceback_values,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn", "uvicorn.error", "faststream", "nats", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _without_traceback_values(
    _: object, __: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """Keep the kind and the place of an exception; its text may hold personal data."""
    error = event.pop("exc_info", None)
    if error and error is not True:
        kind, _value, trace = error
        event["exception"] = kind.__name__
        while trace and trace.tb_next:
            trace = trace.tb_next
        if trace:
            event["place"] = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return event
