"""The services at work: ready or why not, how far behind, maintenance, what agencies owe."""

from collections.abc import Iterator

from sqlalchemy import Table, func, select

from services.chassis.running.health import LAG_AFTER
from services.chassis.store.database import reading
from services.jobcenter_bridge.tables import HandoffRecordRow
from services.platform.checks.line import Line, by_limits, fail, ok
from services.platform.checks.look import Look
from services.platform.config import AUDIT
from staffel_contracts.codes import HandoffStatus

UNANSWERED_WARN, UNANSWERED_FAIL = 7, 21
_RECORD: Table = HandoffRecordRow.__table__  # type: ignore[attr-defined]
_UNANSWERED = (HandoffStatus.SUBMITTED, HandoffStatus.DELIVERED, HandoffStatus.DELIVERY_FAILED)
_LAG_WARN = 1_000


def readiness(look: Look) -> Iterator[Line]:
    """Every service says that it is ready: its loops turn, it can write, NATS is there."""
    for name, status in {**look.statuses, AUDIT: look.audit}.items():
        check = f"service.{name}"
        if status is None:
            yield fail(check, f"no answer at {look.at.home.http_url(name)}", "service-not-ready")
        elif not status["ready"]:
            yield fail(check, "; ".join(status["reasons"]), "service-not-ready")
        else:
            yield ok(check, "ready; every loop turns and it can write")


def lag(look: Look) -> Iterator[Line]:
    """Logs are carried and heard."""
    for name, status in look.statuses.items():
        if status is None:
            continue
        yield _lag(f"relay.{name}", status["size"] - status["relayed"], "wait to be carried")
        for log, cursor in status["cursors"].items():
            sayer = look.statuses.get(log)
            if sayer is not None:
                behind = max(0, sayer["size"] - cursor)
                yield _lag(f"reader.{name}.{log}", behind, "are not heard yet")
        for agency, (carried, size) in status.get("feeds", {}).items():
            yield _lag(f"feed.{agency}", size - carried, "wait to be carried")


def _lag(check: str, behind: int, what: str) -> Line:
    return by_limits(
        check,
        f"{behind} entries {what}",
        "service-not-ready",
        failing=behind > LAG_AFTER,
        warning=behind > _LAG_WARN,
    )


def unanswered(look: Look) -> Iterator[Line]:
    """No agency leaves a handoff without a sign for long."""
    query = (
        select(_RECORD.c.to_agency, func.count(), func.min(_RECORD.c.submitted_on))
        .where(_RECORD.c.status.in_([status.value for status in _UNANSWERED]))
        .group_by(_RECORD.c.to_agency)
        .order_by(_RECORD.c.to_agency)
    )
    with reading(look.at.databases["jobcenter_bridge"]) as conn:
        rows = conn.execute(query).all()
    today = look.clock_of("jobcenter_bridge").date()
    for agency, count, oldest in rows:
        yield _unanswered(agency, count, (today - oldest).days)
    if not rows:
        yield ok("handoffs", "every handoff was acknowledged by its receiver")


def _unanswered(agency: str, count: int, days: int) -> Line:
    return by_limits(
        f"handoffs.{agency}",
        f"{count} handoffs without an acknowledgement, the oldest for {days} days",
        "agency-leaves",
        failing=days > UNANSWERED_FAIL,
        warning=days > UNANSWERED_WARN,
    )
