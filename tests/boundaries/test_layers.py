"""The storeys of the house hold, and the checker would notice if one did not."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.support.purity import ROOT

ROOMS = ["endpoints", "running", "folding", "asking", "transport", "writing", "keys", "store"]
LINTER = Path(sysconfig.get_path("scripts"), "lint-imports")
PACKAGES = [
    "services",
    "services/chassis",
    *(f"services/chassis/{room}" for room in ROOMS),
    "services/intake",
    "services/casework",
    "services/jobcenter_bridge",
    "services/jobcenter_bridge/handoff",
    "services/notify",
    "services/audit",
    "services/platform",
    "staffel_contracts",
]
BREACHES = {
    "a service imports another": ("services/intake/app.py", "import services.casework"),
    "the chassis imports a service": (
        "services/chassis/writing/writer.py",
        "import services.notify",
    ),
    "a room of the chassis imports one above it": (
        "services/chassis/store/log.py",
        "import services.chassis.running",
    ),
    "two rooms of one storey meet": (
        "services/chassis/transport/reader.py",
        "import services.chassis.writing",
    ),
    "the contracts import a service": ("staffel_contracts/fact.py", "import services.chassis"),
    "a service imports the platform": ("services/notify/app.py", "import services.platform"),
    "a decider imports a database": ("services/intake/decider.py", "import sqlalchemy"),
    "a decider imports a clock": ("services/jobcenter_bridge/handoff/decider.py", "import time"),
    "a decider imports one that does": (
        "services/casework/decider.py",
        "from services.chassis.store import ids",
    ),
}


def test_the_storeys_hold_in_our_own_house() -> None:
    assert _lint(ROOT) == 0


def test_a_sound_house_passes(tmp_path: Path) -> None:
    _build(tmp_path)
    (tmp_path / "services/intake/decider.py").write_text("import services.chassis\n")

    assert _lint(tmp_path) == 0


@pytest.mark.parametrize(("place", "line"), BREACHES.values(), ids=BREACHES.keys())
def test_the_checker_notices_when(place: str, line: str, tmp_path: Path) -> None:
    _build(tmp_path)
    (tmp_path / place).write_text(f"{line}\n")

    assert _lint(tmp_path) == 1


def _build(folder: Path) -> None:
    for package in PACKAGES:
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").touch()
    (folder / "services/chassis/store/ids.py").write_text("import os\n")
    shutil.copy(ROOT / "pyproject.toml", folder)


def _lint(folder: Path) -> int:
    command = [str(LINTER), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode
