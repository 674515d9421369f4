"""The guide for integrators is true: its commands are run, one after another, as a reader would."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

from services.platform.invented import invented_agencies
from staffel_contracts.conformance.scenarios import SCENARIOS
from tests.support.node import NODE
from tests.support.until import until

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "contracts" / "staffel_contracts" / "examples"
GUIDE = (ROOT / "docs" / "integrate.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh *(\S*)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


@contextmanager
def another_terminal(script: str, folder: Path, environment: dict[str, str]) -> Iterator[None]:
    """Run a block until the rest is done, then press Ctrl-C."""
    process = subprocess.Popen(
        ["bash", "-euc", f"exec {script}"], cwd=folder, env=environment, start_new_session=True
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


async def test_every_command_of_the_guide_works_in_its_order(tmp_path: Path) -> None:
    binaries = [str(Path(sys.executable).parent), str(Path(NODE).parent), os.environ["PATH"]]
    environment = {
        "PATH": os.pathsep.join(binaries),
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "CONTRACTS": str(ROOT / "contracts"),
        "COLUMNS": "200",
    }
    [(_, sandbox)] = [block for block in BLOCKS if block[0] == "terminal=1"]
    script = "\n".join(text for terminal, text in BLOCKS if not terminal)

    with another_terminal(sandbox.strip(), tmp_path, environment):
        contexts = tmp_path / "config" / "nats" / "context"
        everyone = len(invented_agencies())
        await until(
            lambda: len(list(contexts.glob("staffel-*.json"))) == everyone, "the sandbox", 90
        )
        ran = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-exuo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )

    assert ran.returncode == 0, ran.stderr[-3000:] + ran.stdout[-1000:]
    assert "handed-to-jobcenter.v1" in (tmp_path / "my-ledger.jsonl").read_text()
    made = (tmp_path / "my-subscriber" / "subscriber.py").read_bytes()
    assert made == (EXAMPLES / "subscriber.py").read_bytes()
    told = ET.fromstring((tmp_path / "conformance.xml").read_text())  # noqa: S314 - our own file
    assert (told.get("tests"), told.get("failures")) == (str(len(SCENARIOS)), "0")
    assert [one.get("name") for one in told] == [scenario.name for scenario in SCENARIOS]
    assert not list(contexts.glob("staffel-*.json"))


def test_the_guide_has_commands_to_run() -> None:
    assert sum(text.count("staffel ") for _, text in BLOCKS) > 15
