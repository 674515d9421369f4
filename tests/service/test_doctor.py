"""The doctor finds what is wrong, says where and what helps, and mends nothing."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.audit.archive import Archive
from services.chassis.store.columns import to_micros
from services.chassis.store.database import reading as database_reading
from services.chassis.store.log import read_head
from services.platform.backup.records import Records
from services.platform.checks import ALL, Level, Line, Look, auditing, databases, machine, run
from services.platform.checks.before import before
from services.platform.checks.running import Check
from services.platform.checks.shown import FORMATS
from services.platform.config import PROCESSES, SERVICES
from services.platform.home import Home
from services.platform.installation import Installation
from services.platform.support import contents
from services.platform.up import Platform
from tests.support.certificates import certificate
from tests.support.cli import Ran, whole_command_line
from tests.support.load import at_rest, audited, district, running

RUNBOOKS = Path(__file__).parents[2] / "deploy" / "runbooks"
RUNNING = ("service.", "lease.", "nats", "relay.", "reader.", "feed.", "inbox.")
"""What can be well only while the platform runs."""


def doctor(folder: Path) -> Ran:
    """Run the verb."""
    ran = CliRunner().invoke(whole_command_line(), ["doctor", "--home", str(folder)])
    return Ran(ran.exit_code, ran.stdout, ran.stderr)


async def _lived_in(folder: Path) -> tuple[Path, list[Line], dict[str, str]]:
    """A home with a few cases in it, what the doctor said while it ran, and in every format."""
    async with running(folder) as platform:
        async with district(platform.home) as load:
            await load.persons(50)
        await at_rest(platform)
        await audited(platform)
        look = Look(Installation(platform.home))
        lines = await asyncio.to_thread(lambda: list(run(look)))
        said = await asyncio.to_thread(doctor, platform.home.folder)
        parts = await asyncio.to_thread(lambda: dict(contents(look.at)))
        disturbed = await _disturbed(platform)
    told = {"said": said.out, "code": str(said.code), "parts": " ".join(parts)}
    told["bundle"] = b"\n".join(parts.values()).decode()
    return platform.home.folder, lines, told | disturbed


async def _disturbed(platform: Platform) -> dict[str, str]:
    """What the doctor says when a consumer is gone and a service was killed."""
    await platform.nc.jetstream().delete_consumer("LOG", "notify")
    platform.process("casework").kill()
    platform.process("casework").wait(10)
    look = Look(Installation(platform.home))
    lines = await asyncio.to_thread(lambda: list(run(look)))
    return {line.check: line.text for line in lines if line.level is Level.FAIL}


@pytest.fixture(scope="module")
def lived_in(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, list[Line], dict[str, str]]:
    """See above; made once."""
    return asyncio.run(_lived_in(tmp_path_factory.mktemp("lived-in")))


@pytest.fixture
def home(lived_in: tuple[Path, list[Line], dict[str, str]], tmp_path: Path) -> Home:
    """A copy of that home, at rest, to be damaged."""
    return Home.load(Path(shutil.copytree(lived_in[0], tmp_path / "home")))


def looked(home: Home, *checks: Check) -> list[Line]:
    """What the doctor says about a home."""
    return list(run(Look(Installation(home)), checks or ALL))


def bad(lines: list[Line]) -> dict[str, Level]:
    """The findings that are not ok, of those that need nothing to run."""
    return {o.check: o.level for o in lines if o.level and not o.check.startswith(RUNNING)}


def change(home: Home, service: str, statement: str, *values: object) -> None:
    """Change a database behind the services' back."""
    with closing(sqlite3.connect(home.folder / "db" / f"{service}.sqlite")) as conn, conn:
        assert conn.execute(statement, values).rowcount


def test_a_platform_at_work_is_well(
    lived_in: tuple[Path, list[Line], dict[str, str]],
) -> None:
    _, lines, said = lived_in

    assert [line for line in lines if line.level] == []
    assert said["code"] == "0", said["said"]
    assert f"{len(lines)} ok, 0 warn, 0 fail" in said["said"]


@pytest.mark.parametrize(
    ("hours", "level"), [(-1, Level.OK), (0.01, Level.OK), (2.5, Level.FAIL), (50, Level.FAIL)]
)
def test_a_log_that_is_ahead_of_the_clock_is_told(home: Home, hours: float, level: Level) -> None:
    home.change(clock="real", clock_starts=None)
    last = datetime.now(UTC) + timedelta(hours=hours)
    change(home, "casework", "UPDATE head SET last_time = ?", to_micros(last))

    found = {line.check: line for line in looked(home, databases.ahead)}

    assert found["clocks.log.casework"].level is level
    assert found["clocks.log.intake"].level is Level.OK
    assert ("2 h ahead of the clock" in found["clocks.log.casework"].text) == (hours == 2.5)


def test_what_goes_to_support_holds_no_person_and_no_secret(
    lived_in: tuple[Path, list[Line], dict[str, str]],
) -> None:
    folder, _, said = lived_in
    config = Home.load(folder).config
    secrets = {*config.service_passwords.values(), *config.agency_passwords.values()}
    persons = {"Samira", "Beispiel", "1994-05-17", "50-1", "c-"}

    assert set(said["parts"].split()) >= {
        "versions.json", "settings.json", "doctor.json", "logs/intake.log", "metrics/notify.txt",
    }  # fmt: skip
    assert [word for word in secrets if word in said["bundle"]] == []
    assert [word for word in persons if f'"{word}' in said["bundle"]] == []
    assert "@" not in said["bundle"].replace("@127", "")


def test_what_cannot_be_read_is_told_and_ends_no_other_check(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", passing=True)
    kept = home.archive / "logs" / "casework" / "checkpoints" / f"{0:012d}.jsonl"
    kept.parent.mkdir(parents=True)
    kept.write_text("half a line\n")
    (home.folder / "db" / "intake.sqlite").write_bytes(b"no database" * 99)

    def reads_it(look: Look) -> list[Line]:
        Archive(look.at.home.archive).log("casework").last_checkpoint()
        return []

    def needs_a_database(look: Look) -> list[Line]:
        with database_reading(look.at.databases["intake"]) as conn:
            read_head(conn)
        return []

    lines = looked(home, reads_it, needs_a_database)

    assert [(line.check, line.runbook) for line in lines] == [
        ("reads_it", "audit-finding"), ("needs_a_database", "service-not-ready")
    ]  # fmt: skip
    file = home.folder / "db" / "intake.sqlite"
    assert lines[1].text == f"a database does not answer: {file}: file is not a database"


def test_it_names_a_dead_service_and_a_lost_consumer(
    lived_in: tuple[Path, list[Line], dict[str, str]],
) -> None:
    said = lived_in[2]

    assert "no answer at http://127.0.0.1:" in said["service.casework"]
    assert said["nats.streams"] == "missing: consumer LOG/notify"


def test_a_home_at_rest_fails_only_by_what_does_not_run(home: Home) -> None:
    lines = looked(home)

    assert bad(lines) == {}
    assert {o.check for o in lines if o.level is Level.FAIL} == {
        *(f"service.{name}" for name in PROCESSES),
        *(f"lease.{name}" for name in SERVICES),
        "nats",
    }


def test_an_archived_log_that_lies_aside_is_told_as_no_erasure_reaches_it(home: Home) -> None:
    (home.archive / "logs" / "intake.old").mkdir()

    (line,) = looked(home, auditing.archive)

    assert (line.level, "intake.old" in line.text) == (Level.WARN, True)


def _lose_entry(home: Home) -> None:
    change(home, "intake", "DELETE FROM entry WHERE idx = 17")


def _lose_last(home: Home) -> None:
    change(home, "intake", "DELETE FROM entry WHERE idx = (SELECT size - 1 FROM head)")


def _edit_leaf(home: Home) -> None:
    change(
        home,
        "casework",
        "UPDATE entry SET leaf = CAST(replace(CAST(leaf AS TEXT), '12069', '12070') AS BLOB) "
        "WHERE idx = 3",
    )


def _edit_data(home: Home) -> None:
    change(home, "notify", "UPDATE entry SET data = zeroblob(length(data)) WHERE idx = 5")


def _other_head(home: Home) -> None:
    change(home, "jobcenter_bridge", "UPDATE head SET frontier = zeroblob(length(frontier))")


def _older_schema(home: Home) -> None:
    change(home, "notify", "UPDATE alembic_version SET version_num = '9999'")


def _other_master(home: Home) -> None:
    (home.folder / "master.key").write_text("ab" * 32)


def _open_master(home: Home) -> None:
    (home.folder / "master.key").chmod(0o644)


def _edit_wrapped(home: Home) -> None:
    change(home, "keyring", "UPDATE person_key SET wrapped = zeroblob(length(wrapped))")


def _park(home: Home) -> None:
    long_ago = to_micros(datetime.now(UTC) - timedelta(days=900))
    change(
        home,
        "notify",
        "INSERT INTO parked VALUES ('intake/1', 0, 'c', 'broken', 'KeyError', 'decider.py:1', "
        "1, x'', ?)",
        long_ago,
    )


def _overdue(home: Home) -> None:
    change(home, "casework", "UPDATE timer SET moment = 0")


def _lose_policy(home: Home) -> None:
    home.policy.unlink()


def _break_policy(home: Home) -> None:
    home.policy.write_text("quorum somebody\n")


FAULTS: list[tuple[Callable[[Home], None], str, str]] = [
    (_lose_entry, "log.intake", "entry 17 is missing"),
    (_lose_last, "log.intake", "is missing"),
    (_edit_leaf, "log.casework", "the tree over entries"),
    (_edit_data, "log.notify", "entry 5 is not what was written"),
    (_other_head, "log.jobcenter_bridge", "is not the head's"),
    (_older_schema, "database.notify", "newer than this program"),
    (_other_master, "keyring", "does not open this keyring"),
    (_open_master, "secrets.master.key", "can be read by others"),
    (_edit_wrapped, "keyring", "does not open this keyring"),
    (_park, "parked.notify", "1 inputs are parked, the oldest for"),
    (_overdue, "timers.casework", "deadlines are overdue"),
    (_lose_policy, "audit.policy", "policy cannot be read: No such file"),
    (_break_policy, "audit.policy", "line 1"),
]


@pytest.mark.parametrize(("harm", "check", "text"), FAULTS, ids=[f[0].__name__ for f in FAULTS])
def test_it_finds_the_damage_and_nothing_else(
    home: Home, harm: Callable[[Home], None], check: str, text: str
) -> None:
    harm(home)

    lines = looked(home)

    assert bad(lines) == {check: Level.FAIL}
    [found] = [line for line in lines if line.check == check]
    assert text in found.text
    assert (RUNBOOKS / f"{found.runbook}.md").is_file()


def test_it_looks_at_certificates_backups_and_the_mail_server(home: Home, tmp_path: Path) -> None:
    old, now = tmp_path / "old.pem", datetime.now(UTC)
    old.write_bytes(certificate(now + timedelta(days=20)))
    mailing = home.config.model_copy(update={"smtp_url": "smtp://127.0.0.1:1"})
    at = Installation(Home(home.folder, mailing), (old, tmp_path / "none.pem"))
    made = {"created_at": now - timedelta(days=3), "first_at": now - timedelta(days=40)}
    Records().note(at.backups, **made, heads={"casework": 0})

    found = bad(list(run(Look(at))))

    assert found == {
        "certificate.old.pem": Level.WARN,
        "certificate.none.pem": Level.FAIL,
        "mail": Level.FAIL,
        "backup": Level.WARN,
        "backup.drill": Level.WARN,
    }


def test_it_tells_why_no_mail_goes_out(home: Home) -> None:
    look = Look(Installation(home))
    look.statuses = {"notify": {"mail_problem": "SMTPAuthenticationError"}}

    [found, _] = run(look, [machine.mail])

    assert (found.check, found.level) == ("mail.sending", Level.FAIL)
    assert "SMTPAuthenticationError" in found.text


def test_every_format_carries_the_verdict(home: Home) -> None:
    _open_master(home)
    lines = looked(home)

    said = {name: form(lines) for name, form in FORMATS.items()}

    assert json.loads(said["json"])["level"] == "fail"
    assert said["nagios"].startswith("STAFFEL CRITICAL - ")
    assert 'staffel_check{check="secrets.master.key"} 2' in said["prometheus"]
    assert "→ leaked-key" in said["text"]


def test_before_anything_is_there_it_looks_at_the_machine_and_touches_nothing(
    home: Home, tmp_path: Path
) -> None:
    new, taken = list(before(tmp_path / "new")), list(before(tmp_path))

    assert [line.check for line in new] == [line.check for line in taken]
    assert (new[0].level, taken[0].level) == (Level.OK, Level.WARN)
    assert not (tmp_path / "new").exists()
    assert "holds a platform already" in next(iter(before(home.folder))).text
