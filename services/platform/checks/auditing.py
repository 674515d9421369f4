"""Auditing: it knows whom to trust, nothing is found, and checkpoints are kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.audit.archive import Archive
from services.audit.findings import Findings
from services.chassis.store.database import reading
from services.chassis.store.log import read_head
from services.platform.checks.line import Line, by_limits, fail, ok, warn
from services.platform.checks.look import Look, lasting
from staffel_contracts.tlog.policy import BadPolicy, read_policy

CHECKPOINT_WARN, CHECKPOINT_FAIL = timedelta(minutes=10), timedelta(hours=2)
SHOWN = 3


def findings(look: Look) -> Iterator[Line]:
    """Auditing found nothing that is not settled."""
    found = list(Findings(look.at.home.archive / "findings").open.values())
    told = "; ".join(f"{one.log}: {one.code}" for one in found[:SHOWN])
    if found:
        yield fail("audit.findings", f"{len(found)} open: {told}", "audit-finding")
    else:
        yield ok("audit.findings", "none is open")


def policy(look: Look) -> Iterator[Line]:
    """The policy is there and can be read: without it nothing is archived, and nobody cosigns."""
    file = look.at.home.policy
    try:
        trusted = read_policy(file.read_bytes())
    except OSError as error:
        yield fail("audit.policy", f"{file} cannot be read: {error.strerror}", "audit-finding")
    except BadPolicy as error:
        yield fail("audit.policy", f"{file}: {error}", "audit-finding")
    else:
        witnesses = len(trusted.witnesses) or "no"
        yield ok("audit.policy", f"trusts {len(trusted.logs)} keys and {witnesses} witnesses")


def archive(look: Look) -> Iterator[Line]:
    """No log's folder lies aside: no erasure reaches what is in it."""
    folder = look.at.home.archive / "logs"
    names = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
    if aside := sorted(names - set(look.at.services)):
        told = f"lies aside in {folder}, and no erasure reaches it: {', '.join(aside)}"
        yield warn("audit.archive", told, "audit-finding")
    else:
        yield ok("audit.archive", "no log's folder lies aside")


def checkpoints(look: Look) -> Iterator[Line]:
    """The checkpoint kept of each log is of its end, or not older than a few minutes."""
    archive = Archive(look.at.home.archive)
    for name in look.at.services:
        with reading(look.at.databases[name]) as conn:
            size = read_head(conn).size
        kept = archive.log(name).last_checkpoint()
        if kept is None:
            yield by_limits(
                f"checkpoint.{name}",
                f"none is kept of {size} entries",
                "audit-finding",
                failing=False,
                warning=size > 0,
            )
            continue
        age = look.now - datetime.fromisoformat(kept.at)
        behind = size - kept.size
        yield by_limits(
            f"checkpoint.{name}",
            f"of {kept.size} entries, {behind} fewer than the log, {lasting(age)} old",
            "audit-finding",
            failing=behind > 0 and age > CHECKPOINT_FAIL,
            warning=behind > 0 and age > CHECKPOINT_WARN,
        )
