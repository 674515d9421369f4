"""Run checks: each says its lines, and one that breaks says so without ending the others."""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy.exc import SQLAlchemyError

from services.audit.lines import Damaged
from services.platform.checks import (
    auditing,
    databases,
    keys,
    lifecycle,
    machine,
    processes,
    transport,
)
from services.platform.checks.line import Line, fail
from services.platform.checks.look import Look

Check = Callable[[Look], Iterable[Line]]

ALL: tuple[Check, ...] = (
    machine.versions,
    machine.settings,
    machine.secrets,
    lifecycle.maintenance,
    processes.readiness,
    machine.clocks,
    machine.disks,
    databases.schemas,
    databases.durability,
    databases.leases,
    databases.logs,
    databases.ahead,
    transport.transport,
    processes.lag,
    databases.parked,
    databases.timers,
    processes.unanswered,
    keys.keyring,
    auditing.policy,
    auditing.findings,
    auditing.archive,
    auditing.checkpoints,
    lifecycle.backups,
    machine.mail,
    machine.certificates,
)
"""In the order in which they are shown: what lies below first."""


def run(look: Look, checks: Iterable[Check] = ALL) -> Iterator[Line]:
    """Every line of the checks, in order."""
    for check in checks:
        try:
            yield from check(look)
        except SQLAlchemyError as error:
            told = f"a database does not answer: {_reason(error)}"
            yield fail(f"{check.__name__}", told, "service-not-ready")
        except Damaged as error:
            yield fail(f"{check.__name__}", str(error), "audit-finding")
        except OSError as error:
            told = f"cannot look: {_plain(error)}"
            yield fail(f"{check.__name__}", told, "service-not-ready")


def _plain(error: OSError) -> str:
    """What the system says, and about which file."""
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)


def _reason(error: SQLAlchemyError) -> str:
    """The first line of the driver; SQLAlchemy's own text may hold parameters."""
    cause = getattr(error, "orig", None)
    told = str(cause or "").partition("\n")[0]
    return told or type(cause or error).__name__
