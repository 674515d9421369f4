"""The contracts as an agency installs them: one wheel, alone in an empty environment."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"
_LOOK = """
import sys, json
import staffel_contracts.audiences, staffel_contracts.facts.casework
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
_READ = """
import json, sys
from staffel_contracts.catalogue import commands, facts
from staffel_contracts.compat import versions
from staffel_contracts.samples import command_sample, fact_sample
pairs = [(f, fact_sample) for f in facts()] + [(c, command_sample) for c in commands()]
for known, sample in pairs:
    known.model_validate_json(json.dumps(sample(known, full=True)), strict=True)
print(len(facts()), versions()[0])
"""


def run(*command: object) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd="/", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source."""
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT / "contracts")
    [found] = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def empty(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel, and what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    run(UV, "venv", "--quiet", "--python", sys.executable, folder)
    python = folder / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", python, wheel)
    return python


def test_the_wheel_installs_with_pydantic_alone(empty: Path) -> None:
    installed = json.loads(run(UV, "pip", "list", "--format", "json", "--python", empty))

    assert {package["name"] for package in installed} == {
        "annotated-types",
        "pydantic",
        "pydantic-core",
        "staffel-contracts",
        "typing-extensions",
        "typing-inspection",
    }


def test_every_class_of_the_wheel_reads_its_own_sample(empty: Path) -> None:
    number, first = run(empty, "-c", _READ).split()

    assert int(number) > 29
    assert first == "0.1.0"


def test_importing_the_facts_imports_nothing_heavy(empty: Path) -> None:
    loaded = set(json.loads(run(empty, "-c", _LOOK)))

    assert loaded.isdisjoint({"nats", "typer", "rich", "asyncio", "services", "jsoncompat"})


def test_without_the_extra_the_command_says_which_one_it_needs(empty: Path) -> None:
    done = subprocess.run(
        [empty.parent / "staffel"], capture_output=True, text=True, check=False, cwd="/"
    )

    assert done.returncode == 2
    assert "pip install 'staffel-contracts[cli]'" in done.stderr


def test_the_wheel_brings_all_that_is_read_at_run_time(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    for wanted in (
        "py.typed",
        "released/0.1.0.json",
        "scenarios/nordwestmecklenburg.json",
        "data/districts.csv",
        "data/nationalities.csv",
        "examples/subscriber.py",
        "examples/subscriber.mjs",
    ):
        assert f"staffel_contracts/{wanted}" in names
