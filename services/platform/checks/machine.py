"""The machine below: versions, settings, clocks, disks, secrets, certificates, the way out."""

import shutil
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from sqlalchemy import make_url, text

from services.chassis.agencies import UnreadableDirectory
from services.chassis.store.database import reading
from services.chassis.store.log import read_entries
from services.chassis.writing.opening import leaf_time
from services.platform.checks.line import Line, by_limits, fail, ok
from services.platform.checks.look import Look, lasting
from staffel_contracts.envelope import read_stored
from staffel_contracts.release import VERSION

DRIFT_SECONDS = 2.0
GIB = 1 << 30
FREE_WARN, FREE_FAIL = 2 * GIB, GIB // 4
SHARE_WARN, SHARE_FAIL = 0.10, 0.03
DAYS_LEFT = 30
CERTIFICATE_WARN, CERTIFICATE_FAIL = timedelta(days=30), timedelta(days=7)
SMTP_SECONDS = 5.0
SHORTEST_SECRET = 16


def versions(_: Look) -> Iterator[Line]:
    """Which program this is."""
    found = f"staffel {version('staffel')}, contracts {VERSION}"
    yield ok("versions", f"{found}, nats-py {version('nats-py')}")


def settings(look: Look) -> Iterator[Line]:
    """What is set, without secrets."""
    at = look.at
    kinds = sorted({make_url(url).get_backend_name() for url in at.databases.values()})
    mail = "SMTP" if at.smtp_url else f"maildir {at.maildir}"
    words = (at.home.config.origin, "/".join(kinds), f"NATS {at.home.nats_url}", f"mail by {mail}")
    yield ok("settings", f"{', '.join(words)}, clock {at.home.config.clock}")
    try:
        agencies = list(at.agencies())
    except UnreadableDirectory as error:
        yield fail("settings.agencies", str(error), "service-not-ready")
    else:
        yield ok("settings.agencies", f"{len(agencies)} agencies in the directory")


def secrets(look: Look) -> Iterator[Line]:
    """Secrets are there, for their owner alone, and long."""
    for path in look.at.secret_files:
        check = f"secrets.{path.name.removesuffix('.json')}"
        if not path.is_file():
            yield fail(check, f"{path} is missing", "restore")
        elif path.stat().st_mode & 0o077:
            yield fail(check, f"{path} can be read by others than its owner", "leaked-key")
        else:
            yield ok(check, f"{path} is there, for its owner alone")
    known = look.at.home.config.service_passwords
    weak = sorted(name for name, word in known.items() if len(word) < SHORTEST_SECRET)
    if weak:
        yield fail("secrets.passwords", f"too short for {', '.join(weak)}", "leaked-key")
    else:
        yield ok("secrets.passwords", f"{len(known)} passwords, none short")


def clocks(look: Look) -> Iterator[Line]:
    """The services, the databases and this machine agree about the time."""
    if look.at.clock_is_set:
        yield ok("clocks", "the clock of this installation is set by hand")
        return
    for name, moment, asked in _moments(look):
        off = abs((moment - asked).total_seconds())
        check, told = f"clocks.{name}", f"{off:.1f} s apart from this machine"
        yield by_limits(check, told, "lost-node", failing=off > 60, warning=off > DRIFT_SECONDS)  # noqa: PLR2004


def _moments(look: Look) -> Iterator[tuple[str, datetime, datetime]]:
    for name, status in look.statuses.items():
        if status is not None:
            yield name, datetime.fromisoformat(status["now"]), status["asked"]
    url = look.at.databases["keyring"]
    if make_url(url).get_backend_name() != "sqlite":
        with reading(url) as conn:
            moment = conn.scalar(text("SELECT clock_timestamp()"))
        yield "database", moment, datetime.now(UTC)


def disks(look: Look) -> Iterator[Line]:
    """Room on every disk, and for how long at the present growth."""
    age = _age_of_log(look)
    for name, folder in look.at.volumes.items():
        nearest = next((p for p in (folder, *folder.parents) if p.exists()), None)
        if nearest is not None:
            yield _disk(f"disk.{name}", nearest, size_below(folder), age)


def _disk(check: str, folder: Path, used: int, age: timedelta | None) -> Line:
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    days = _days_left(usage.free, used, age)
    told = f"{usage.free / GIB:.1f} GiB free ({share:.0%})"
    told += "" if days is None else f", {days:,.0f} days at the present growth"
    return by_limits(
        check,
        told,
        "disk-full",
        failing=usage.free < FREE_FAIL or share < SHARE_FAIL,
        warning=usage.free < FREE_WARN or share < SHARE_WARN or (days or DAYS_LEFT) < DAYS_LEFT,
    )


def _days_left(free: int, used: int, age: timedelta | None) -> float | None:
    """Growth is told from what is there and since when; a day is too short to tell anything."""
    if age is None or age < timedelta(days=1) or not used:
        return None
    return free / (used / (age / timedelta(days=1)))


def _age_of_log(look: Look) -> timedelta | None:
    with reading(look.at.databases["intake"]) as conn:
        first = read_entries(conn, 0, 1)
    if not first or look.at.clock_is_set:
        return None
    return look.now - leaf_time(read_stored(first[0].leaf, None).leaf)


def size_below(folder: Path) -> int:
    """The bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def certificates(look: Look) -> Iterator[Line]:
    """No certificate ends soon."""
    for path in look.at.certificates:
        check = f"certificate.{path.name}"
        try:
            found = x509.load_pem_x509_certificate(path.read_bytes())
        except (OSError, ValueError):
            yield fail(check, f"{path} cannot be read", "leaked-key")
            continue
        left = found.not_valid_after_utc - look.now
        told = f"{path} is valid for {lasting(left)}"
        yield by_limits(
            check,
            told,
            "leaked-key",
            failing=left < CERTIFICATE_FAIL,
            warning=left < CERTIFICATE_WARN,
        )


def mail(look: Look) -> Iterator[Line]:
    """The mail server greets, and lets notify in; nothing is sent."""
    if problem := (look.statuses.get("notify") or {}).get("mail_problem"):
        yield fail("mail.sending", f"no mail goes out: {problem}", "service-not-ready")
    if look.at.smtp_url:
        yield _smtp(look.at.smtp_url)
    else:
        yield ok("mail", f"no mail server is set: notices go into {look.at.maildir}")


def _smtp(url: str) -> Line:
    parts = urlsplit(url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    host, port = parts.hostname or "", parts.port or 0
    try:
        with kind(host, port, timeout=SMTP_SECONDS) as server:
            code, _ = server.ehlo()
    except (OSError, smtplib.SMTPException) as error:
        return fail("mail", f"{host}:{port}: {type(error).__name__}", "service-not-ready")
    return ok("mail", f"{host}:{port} greets with {code}")
