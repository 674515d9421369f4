"""``staffel support bundle``: what helps to find a fault, without secrets and personal data."""

import io
import json
import re
import sys
import tarfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from services.platform.checks import Look, run
from services.platform.checks.shown import as_json
from services.platform.config import PROCESSES, Config
from services.platform.home import Home
from services.platform.installation import Installation
from services.platform.options import DEFAULT_HOME, HomeOption, fail, plain_errors

LAST_LINES = 500
SET = "(set)"
PACKAGES = ("alembic", "cryptography", "fastapi", "faststream", "nats-py", "pydantic", "sqlalchemy")
_URL_PASSWORD = re.compile(r"(\w+://[^:/@\s]*):[^@/\s]+@")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
support_app = typer.Typer(help="Help for those who help you.", no_args_is_help=True)


@support_app.callback()
def _a_group() -> None:
    """Typer needs a callback to keep a single command a subcommand."""


@support_app.command()
def bundle(
    out: Annotated[Path, typer.Option(help="The file to write, such as support.tar.gz.")],
    home: HomeOption = DEFAULT_HOME,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put versions, settings, the doctor's report, metrics and last log lines into one file.

    No secrets and no personal data. It says first what goes in, and asks.
    """
    with plain_errors():
        at = Installation.open(home)
        parts = dict(contents(at))
        for name, data in parts.items():
            sys.stderr.write(f"  {name:32} {len(data):>9,} bytes\n")
        if not yes and not typer.confirm(f"write these {len(parts)} parts to {out}?", err=True):
            fail("nothing was written")
        write(out, parts)
    sys.stdout.write(f"{out}\n")


def contents(at: Installation) -> Iterator[tuple[str, bytes]]:
    """Each part by name; what cannot be had is left out."""
    found = {name: version(name) for name in ("staffel", "staffel-contracts", *PACKAGES)}
    yield "versions.json", _json(found | {"python": sys.version})
    yield "settings.json", _json(settings(at.home.config))
    yield "doctor.json", clean(as_json(list(run(Look(at)))), at.home).encode()
    for name in PROCESSES:
        if metrics := _metrics(at.home.http_url(name)):
            yield f"metrics/{name}.txt", clean(metrics, at.home).encode()
    for path in sorted((at.home.folder / "logs").glob("*.log")):
        yield f"logs/{path.name}", clean(last_lines(path), at.home).encode()
    server = at.home.folder / "nats" / "nats.log"
    if server.is_file():
        yield "logs/nats.log", clean(last_lines(server), at.home).encode()


def settings(config: Config) -> dict[str, Any]:
    """The settings, with `(set)` in place of each secret."""
    shown = config.model_dump(mode="json")
    return {name: _masked(name, value) for name, value in shown.items()}


def clean(text: str, home: Home) -> str:
    """A text without any secret of the home, passwords in addresses, and mail addresses."""
    config = home.config
    words = {*config.service_passwords.values(), *config.agency_passwords.values()}
    former = (*config.former_logins.values(), *config.former_services.values())
    words |= {one.password for one in former}
    for word in words:
        text = text.replace(word, SET)
    return _MAIL.sub("(mail)", _URL_PASSWORD.sub(rf"\1:{SET}@", text))


def last_lines(path: Path, count: int = LAST_LINES) -> str:
    """The last lines of a file."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    return "".join(lines[-count:])


def write(path: Path, parts: dict[str, bytes]) -> None:
    """Write the parts into one compressed archive, for its owner alone."""
    path.touch(mode=0o600)
    with tarfile.open(path, "w:gz") as tar:
        for name, data in parts.items():
            info = tarfile.TarInfo(f"staffel-support/{name}")
            info.size, info.mode = len(data), 0o600
            tar.addfile(info, io.BytesIO(data))


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, dict) and "password" in name:
        return dict.fromkeys(value, SET)
    if isinstance(value, dict):
        return {key: _masked(key, one) for key, one in value.items()}
    if value is not None and "password" in name:
        return SET
    return _URL_PASSWORD.sub(rf"\1:{SET}@", value) if isinstance(value, str) else value


def _metrics(url: str) -> str | None:
    try:
        return httpx.get(f"{url}/metrics", timeout=5, trust_env=False).text
    except httpx.HTTPError:
        return None


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode()
