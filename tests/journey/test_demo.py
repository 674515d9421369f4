"""The demonstration as a newcomer runs it: a small year, its figures, its proof, its exit code."""

import json
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.platform.config import SERVICES
from services.platform.demo.report import LABELS
from services.platform.home import Home
from services.platform.ports import is_free

STAFFEL = str(Path(sys.executable).with_name("staffel"))
PERSONS = 40


def figures_of(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_a_small_year_ends_with_figures_and_a_proof(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    words = [STAFFEL, "demo", "--persons", str(PERSONS), "--seed", "7", "--json", str(file)]

    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    found = figures_of(file)
    assert found["persons"] == PERSONS
    assert PERSONS > found["recognised"] >= found["handed_over"] >= found["accepted"] > 0
    assert found["courses"] > 0
    assert found["notices"] > found["handed_over"]
    assert set(LABELS) | {"gap_days", "seconds"} <= set(found)
    assert set(found["entries"]) == set(SERVICES)
    assert found["checks"] == {
        "gapless": True,
        "tables_equal_fold": True,
        "one_responsible_agency": True,
    }


def test_it_stays_to_be_looked_at_and_every_command_it_names_works(tmp_path: Path) -> None:
    home = tmp_path / "home"
    words = [STAFFEL, "demo", "--persons", "5", "--stay", "--home", str(home)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            said = ""
            while "queries/feed" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            commands = [line.strip() for line in said.splitlines() if "staffel " in line]
            for command in commands:
                run = shlex.split(command, comments=True)
                subprocess.run(run, check=True, capture_output=True, timeout=60)
            addresses = re.findall(r"http://\S+/health/ready", said)
            answers = [
                httpx.get(address, trust_env=False, timeout=60).status_code for address in addresses
            ]
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0

    assert len(commands) == 3
    assert answers == [200] * len(SERVICES)


def _heed_ctrl_c() -> None:
    """As a program of a terminal does; a shell's background has none."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demonstration_that_is_interrupted_says_so_and_leaves_nothing_running(
    tmp_path: Path, number: signal.Signals
) -> None:
    home = tmp_path / "home"
    words = [STAFFEL, "demo", "--persons", "50", "--home", str(home)]
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_ctrl_c,  # noqa: PLW1509 - it takes no lock
    ) as process:
        assert process.stdout is not None
        while "persons" not in process.stdout.readline():
            pass
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 128 + number
    assert f"kept: {home}" in errors
    ports = Home.load(home).config.ports.values()
    assert all(is_free(port) for port in ports)
