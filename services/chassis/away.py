"""Which errors of PostgreSQL mean that it is away, whatever was being written: nobody's fault."""

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import OperationalError

_AWAY = frozenset({"25006", "25P03", "25P04"})
"""SQLSTATEs: only read from after a failover; ended while idle, or because it took too long."""


def tell_away(engine: Engine) -> None:
    """Have every error that ends a connection raised as ``OperationalError``.

    Such a connection is given up: the next one finds the server that may be written.
    """
    event.listen(engine, "handle_error", _as_away, retval=True)


def _as_away(context: ExceptionContext) -> OperationalError | None:
    if context.sqlalchemy_exception is None:
        return None  # not the driver's: a signal ends a connection as well
    error = context.original_exception
    if not context.is_disconnect and getattr(error, "sqlstate", None) not in _AWAY:
        return None
    context.is_disconnect = True
    return OperationalError(None, None, error, hide_parameters=True, connection_invalidated=True)
