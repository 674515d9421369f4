"""A whole platform as an operator runs it: `staffel up`, an import, a crash, a restart."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import make_url

from services.platform.config import SERVICES
from services.platform.home import Home
from tests.support import cli
from tests.support.cli import STAFFEL, Ran
from tests.support.postgres import Postgres

DEADLINE_SECONDS = 60.0
"""`staffel up` from nothing takes ten seconds of a core, of which there may be a tenth."""
EXPORT = """\
kind;file_reference;admitted_on;given_name;family_name;birth_date;nationality;language;\
protection_kind;decided_on;served_on;received_on
person;50-1;02.09.2024;Samira;Beispiel;17.05.1994;475;ar;;;;
person;50-2;02.09.2024;Yusuf;Muster;31.02.1990;475;ar;;;;
person;50-3;2024-09-09;Leyla;Vorlage;1988-01-30;475;ar;;;;
recognition;50-1;;;;;;;refugee_s3;10.03.2025;14.03.2025;18.03.2025
"""
METRICS = ("entries_total", "batch_inputs_count", "commit_seconds_count", "lag_entries", "level")
ROWS_ACCEPTED, LOG_OF_EXPORT = 3, 5
"""Two persons admitted with a case each, and one recognition."""


def staffel(home: Path, *words: str) -> Ran:
    """Run the command on a home."""
    return cli.staffel(*words, "--home", str(home))


def until(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as the condition holds."""
    end = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < end, f"{what} did not come true"
        time.sleep(0.05)


@contextmanager
def up(home: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`staffel up` on a home, ready; ended afterwards if the test did not do so."""
    said = home.parent / f"{home.name}.said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [STAFFEL, "up", "--home", str(home), *more], stderr=output, stdout=output
        )
    try:
        until(
            lambda: b"Ctrl-C" in said.read_bytes() or process.poll() is not None,
            f"up: {said.read_text()}",
        )
        assert process.poll() is None, said.read_text()
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> int:
    """Stop it as a service manager does; returns the exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(40)


def status(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(staffel(home, "status", "--json").out)
    return found


def sizes(home: Path) -> dict[str, int]:
    return {name: row["size"] for name, row in status(home).items() if "size" in row}


def heard_everything(home: Path) -> bool:
    rows = status(home)
    if not all(row["ready"] for row in rows.values()):
        return False
    return all(
        rows[log]["size"] == position
        for row in rows.values()
        for log, position in (row.get("cursors", {}) | row.get("archived", {})).items()
    )


def send(home: Home, agency: str, name: str, body: bytes, **headers: str) -> httpx.Response:
    token = home.config.agency_passwords.get(agency, "nobody")
    sent = {"Authorization": f"Bearer {token}"} | headers
    url = home.http_url("intake")
    with httpx.Client(base_url=url, headers=sent, trust_env=False, timeout=60) as client:
        return client.post(f"/commands/{name}", content=body)


def admission(reference: str = "50-9") -> dict[str, Any]:
    return {
        "district": "12069",
        "file_reference": reference,
        "admitted_on": "2024-09-02",
        "given_name": "Amina",
        "family_name": "Probe",
        "birth_date": "1991-04-04",
        "nationality": "475",
        "language": "ar",
    }


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(EXPORT, encoding="utf-8")
    return path


def started_by(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """The services' processes by name: forks of a child of `staffel up`."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name, _, rest = (folder / "stat").read_text().partition(" (")[2].rpartition(") ")
            parents[int(folder.name)] = (int(rest.split()[1]), name)
    ours = {pid for pid, (parent, _) in parents.items() if parent == process.pid}
    return {name: pid for pid, (parent, name) in parents.items() if parent in ours}


def test_a_platform_takes_an_export_survives_crashes_and_goes_on(
    tmp_path: Path, export: Path
) -> None:
    home = tmp_path / "home"
    with up(home) as process:
        first = staffel(home, "intake", "import", str(export), "--json")
        again = staffel(home, "intake", "import", str(export), "--json")
        assert (first.code, again.code) == (1, 1), first.err
        report = json.loads(first.out)
        assert (report["read"], report["accepted"], report["bad"]) == (4, ROWS_ACCEPTED, 1)
        assert [(f["line"], f["column"]) for f in report["faults"]] == [(3, "birth_date")]
        known = report | {"accepted": 0, "already_there": ROWS_ACCEPTED}
        assert json.loads(again.out) == known
        until(lambda: heard_everything(home), "everything heard")
        assert sizes(home)["intake"] == LOG_OF_EXPORT
        assert json.loads(staffel(home, "parked", "list", "--json").out) == []
        check_rebuild(home)
        check_refusals(Home.load(home))
        check_metrics(Home.load(home))

        os.kill(started_by(process)["casework"], signal.SIGKILL)
        answer = send(
            Home.load(home),
            "district-12069",
            "admit-person",
            json.dumps(admission()).encode(),
            **{"Idempotency-Key": "k-1"},
        )
        assert answer.status_code == 200, answer.text
        until(lambda: heard_everything(home), "casework started again")
        before = sizes(home)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    assert staffel(home, "status").code == 1

    with up(home) as process:
        assert staffel(home, "intake", "import", str(export)).code == 1
        until(lambda: heard_everything(home), "everything heard")
        assert sizes(home) == before
        check_rebuild(home)
        second = staffel(home, "up")
        assert second.code == 1
        assert "another platform runs on this home" in second.err
        assert stop(process) == 0


def check_refusals(home: Home) -> None:
    """What the door turns away, by status and stable code; nothing of it reaches the log."""
    body, key = json.dumps(admission("50-8")).encode(), {"Idempotency-Key": "k-8"}
    deep = b'{"district":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    district, other = "district-12069", json.dumps(admission() | {"district": "13074"}).encode()
    numbered = json.dumps(admission() | {"admitted_on": 20_000}).encode()
    turned = [
        send(home, "district-99999", "admit-person", body, **key),
        send(home, "jobcenter-12069", "admit-person", body, **key),
        send(home, "immigration-office-12069", "admit-person", body, **key),
        send(home, district, "admit-person", body),
        send(home, district, "admit-person", b" " * 300_000 + body, **key),
        send(home, district, "admit-person", deep, **key),
        send(home, district, "admit-person", b"{", **key),
        send(home, district, "admit-nobody", body, **key),
        send(home, district, "admit-person", other, **key),
        send(home, district, "admit-person", numbered, **key),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in turned] == [
        (401, "unauthenticated"),
        (403, "agency-may-not"),
        (403, "agency-may-not"),
        (400, "key-missing"),
        (413, "too-large"),
        (400, "malformed"),
        (400, "malformed"),
        (404, "unknown-command"),
        (403, "agency-may-not"),
        (422, "invalid"),
    ]
    assert turned[-1].json()["field"] == "admitted_on"
    assert {answer.headers["content-type"] for answer in turned} == {"application/problem+json"}


def check_metrics(home: Home) -> None:
    """Every service counts its entries, batches, lag, commit time and parked cases."""
    for service in SERVICES[1:]:  # the first hears nobody, so that nothing can lag
        text = httpx.get(f"{home.http_url(service)}/metrics", trust_env=False, timeout=60).text
        for name in METRICS:
            assert f"staffel_{name}{{" in text, (service, name)
        assert "12069" not in text


def check_rebuild(home: Path) -> None:
    for service in SERVICES:
        done = staffel(home, "rebuild", service, "--check", "--json")
        assert done.code == 0, done.out + done.err
        assert json.loads(done.out)["differences"] == 0


def test_ctrl_c_while_it_starts_ends_it_at_once_and_in_good_order(tmp_path: Path) -> None:
    home, said = tmp_path / "Härte fall", tmp_path / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [STAFFEL, "up", "--home", str(home)],
            stderr=output,
            stdout=output,
            start_new_session=True,  # of its own, as in a terminal of its own
        )
    until(lambda: b"databases" in said.read_bytes(), "it starts")
    os.killpg(process.pid, signal.SIGINT)

    assert process.wait(60) == 0
    told = said.read_text()
    assert told.splitlines()[-2:] == ["stopping …", "stopped"]
    assert "up: " not in told
    assert "Traceback" not in told
    with up(home):
        pass


def test_a_platform_runs_on_postgresql(tmp_path: Path, export: Path, postgres: Postgres) -> None:
    home = tmp_path / "home"
    url = make_url(postgres.create_database()).set(drivername="postgresql")
    with up(home, "--database", url.render_as_string(hide_password=False)) as process:
        done = staffel(home, "intake", "import", str(export), "--json")
        assert json.loads(done.out)["accepted"] == ROWS_ACCEPTED, done.err
        until(lambda: heard_everything(home), "everything heard")
        check_rebuild(home)
        assert stop(process) == 0
