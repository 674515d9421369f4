"""A platform in containers, brought up from the compose files as an operator does it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest

from services.platform.config import SERVICES
from services.platform.home import Home, host_of
from services.platform.ports import free_ports

ROOT = Path(__file__).parents[2]
IMAGE = "staffel:test"
STAFFEL = str(Path(sys.executable).with_name("staffel"))
OURS = ("nats", *map(host_of, SERVICES), "audit", "caddy")
"""The containers that run as the operator's own user."""
MEASURED: list[tuple[str, float]] = []
MISSING: list[str] = []
"""Parts whose image is not on this host: what was not brought up, and is said after the tests."""
_KNOWS_START_INTERVAL = 25
_UP_SECONDS = 900


@cache
def engine() -> int:
    """The major version of the container engine; the test fails loudly where there is none."""
    if shutil.which("docker"):
        asked = run("docker", "version", "--format", "{{.Server.Version}}", check=False)
        if asked.returncode == 0:
            return int(asked.stdout.partition(".")[0])
    pytest.fail(
        "no container engine: these tests need Docker Engine with Compose v2", pytrace=False
    )


@cache
def image() -> str:
    """The image, built once a run from this very tree."""
    engine()
    run("docker", "build", "-q", "-f", "deploy/Dockerfile", "-t", IMAGE, ".", cwd=ROOT)
    return IMAGE


def run(
    *words: str,
    check: bool = True,
    cwd: Path | None = None,
    timeout: float = _UP_SECONDS,
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """Run a command; what it said is in the error where it fails."""
    done = subprocess.run(
        words,
        cwd=cwd,
        env=os.environ | more,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert not check or done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done


class Stack:
    """An operator's folder and the containers that run from it."""

    def __init__(self, folder: Path, *options: str, files: tuple[str, ...] = ()) -> None:
        """Make the folder, as `staffel deploy init` does; ``files`` count besides."""
        self.folder, self.name = folder, f"staffel-test-{token_hex(3)}"
        self.init(*options)
        ports = free_ports(20_000 + os.getpid() % 1000 * 10, 6)
        names = ("HTTPS", "NATS", "NATS2", "NATS3", "PROMETHEUS", "LEAF")
        lines = [f"STAFFEL_{n}_PORT={p}" for n, p in zip(names, ports, strict=True)]
        lines += [f"STAFFEL_IMAGE={image()}", f"COMPOSE_PROJECT_NAME={self.name}"]
        lines.append(f"COMPOSE_FILE={':'.join(self._files('--cluster' in options))}")
        with (folder / ".env").open("a") as settings:
            settings.write("\n".join(lines) + "\n")
        self.answers: dict[str, list[str]] = {}
        """What was acknowledged so far: the entries caused, by idempotency key."""
        self.numbers = count()
        self.https, self.nats, self.prometheus = ports[0], ports[1], ports[4]
        self.add_files(*files)

    def init(self, *options: str) -> None:
        """Run `staffel deploy init`, for the first time or again."""
        run(STAFFEL, "deploy", "init", str(self.folder), "--yes", *options)

    def _files(self, cluster: bool) -> list[str]:  # noqa: FBT001 - of a private function
        files = ["compose.yaml"] + ["compose.cluster.yaml"] * cluster
        if engine() < _KNOWS_START_INTERVAL:
            files += ["compose.old-engine.yaml"] + ["compose.old-engine-cluster.yaml"] * cluster
        return files

    def add_files(self, *names: str) -> None:
        """Let more compose files count from now on, as an operator does in ``.env``."""
        self._settings("COMPOSE_FILE=compose.yaml", ":".join(("COMPOSE_FILE=compose.yaml", *names)))

    def remove_files(self, *names: str) -> None:
        """Let some files count no more."""
        self._settings(":".join(("COMPOSE_FILE=compose.yaml", *names)), "COMPOSE_FILE=compose.yaml")

    def _settings(self, before: str, after: str) -> None:
        path = self.folder / ".env"
        path.write_text(path.read_text().replace(before, after))

    @property
    def home(self) -> Home:
        """The folder's settings."""
        return Home.load(self.folder)

    def compose(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `docker compose` in the folder."""
        return run("docker", "compose", *words, check=check, cwd=self.folder)

    def up(self) -> None:
        """Bring it up; the exit code is the verdict."""
        done = self.compose("up", "-d", "--wait", check=False)
        said = (
            "" if done.returncode == 0 else self.compose("logs", "--tail", "20", check=False).stdout
        )
        assert done.returncode == 0, f"{done.stderr[-3000:]}\n{said[-6000:]}"

    def down(self) -> None:
        """Tear everything down."""
        self.compose("down", "-v", "--timeout", "5", "--remove-orphans", check=False)

    def staffel(self, *words: str) -> str:
        """Run the command as the operator does, in a container of its own."""
        return self.compose("run", "--rm", "-T", "ops", *words).stdout

    def operator(self, *words: str) -> str:
        """Run a program of the folder, as the operator does."""
        return run(*words, cwd=self.folder).stdout

    def told(self, *words: str) -> Any:
        """What a verb says in its last line, as JSON."""
        return json.loads(self.staffel(*words, "--json").strip().splitlines()[-1])

    def pids(self, *services: str) -> dict[str, int]:
        """The process of each service's container: another one after a restart."""
        return {service: int(self.inspect(service)["State"]["Pid"]) for service in services}

    def destroy(self) -> None:
        """Lose everything but the folder's backups, ledger of erasures and master key."""
        self.down()
        words = ("--rm", "-u", "0:0", "-v", f"{self.folder}:/lost", "--entrypoint", "sh", image())
        kept = "-name backups -o -name master -o -name erasures"
        run("docker", "run", *words, "-c",
            f"find /lost -mindepth 1 -maxdepth 1 ! \\( {kept} \\) -exec rm -rf {{}} +")  # fmt: skip

    def python(self, program: str) -> Any:
        """Run a program where the operator's verbs run; its last line as JSON."""
        words = ("run", "--rm", "-T", "--entrypoint", "python", "ops", "-c", program)
        return json.loads(self.compose(*words).stdout.strip().splitlines()[-1])

    def inspect(self, service: str) -> dict[str, Any]:
        """What the engine says of a service's container."""
        container = self.compose("ps", "-a", "-q", service).stdout.strip()
        found: list[dict[str, Any]] = json.loads(run("docker", "inspect", container).stdout)
        return found[0]

    def kill(self, service: str) -> None:
        """Kill every process of a container at once; the engine starts it again."""
        os.kill(self.inspect(service)["State"]["Pid"], signal.SIGKILL)

    def running_since(self, service: str, pid: int) -> bool:
        """Whether another process than ``pid`` runs in a service's container."""
        state = self.inspect(service)["State"]
        return bool(state["Running"] and state["Pid"] not in {0, pid})


@contextmanager
def stack(folder: Path, *options: str, files: tuple[str, ...] = ()) -> Iterator[Stack]:
    """A platform in containers, up and ready; torn down afterwards."""
    made = Stack(folder, *options, files=files)
    begun = time.monotonic()
    try:
        made.up()
        report("up", time.monotonic() - begun)
        yield made
    finally:
        made.down()


def report(what: str, seconds: float) -> None:
    """Keep how long something took: it is shown after the tests, and nothing is judged by it."""
    MEASURED.append((what, seconds))
