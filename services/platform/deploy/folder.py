"""An operator's folder: what `staffel deploy init` puts there, once, and adds to later."""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.chassis.agencies import Agency
from services.chassis.files import write_secret, write_synced
from services.platform.config import PROCESSES, SERVICES, Config
from services.platform.deploy.certificates import issue, take_authority
from services.platform.deploy.shipped import copy_shipped
from services.platform.home import CONTAINER_PORT, Home, host_of
from staffel_contracts.codes import AgencyKind

SYNTHETIC_DISTRICT = "12000"
"""No district has this key, but its Land has holidays: `staffel smoke` invents its cases there."""
USER = 10001
"""Whom the files belong to where the operator is root: the user of the image."""
CLUSTER = ["nats", "nats-2", "nats-3"]
OWN = (
    "nats", "data", "directory", "accounts", "secrets", "tls", "credentials", "backups", "keys",
    "master", "erasures",
)  # fmt: skip
_FOLDERS = (
    *(f"data/{name}" for name in (*CLUSTER, "mail", "audit", "prometheus", "grafana")),
    "backups",
    "keys",
    "master",
    "erasures",
)
_CERTIFIED = {
    "nats": ("ca.crt", "nats.crt", "nats.key"),
    "postgres": ("postgres.crt", "postgres.key"),
    "caddy": ("edge.crt", "edge.key"),
    "platform": ("ca.crt", "platform.crt", "platform.key"),
}
"""Which files of ``tls/`` a part of the platform gets to see."""


@dataclass(frozen=True)
class Answers:
    """What the operator is asked."""

    host: str = "localhost"
    origin: str = "staffel.example"
    smtp_url: str | None = None
    mutual_tls: bool = False
    cluster: bool = False


@dataclass
class Report:
    """What was made, and which files are not this version's."""

    made: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)


def prepare(folder: Path, answers: Answers) -> Report:
    """Make what is missing in the folder; what is there, secrets first of all, stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    report = Report(*copy_shipped(folder))
    for name in _FOLDERS:
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    home = _take_config(folder, answers, report)
    if not home.master_key.exists():
        write_secret(home.master_key, secrets.token_hex(32))
        report.made.append("master/master.key")
    _log_keys(home, report)
    report.made += certify(home)
    write_derived(home)
    _settings_file(home, answers, report)
    hand_over(folder)
    return report


def synthetic_agencies() -> list[Agency]:
    """A district and a jobcenter that there are not, for `staffel smoke`."""
    return [
        Agency(
            id=f"{kind.value}-{SYNTHETIC_DISTRICT}",
            kind=kind,
            district=SYNTHETIC_DISTRICT,
            name=f"{kind.de} {SYNTHETIC_DISTRICT} (Selbsttest)",
        )
        for kind in (AgencyKind.DISTRICT, AgencyKind.JOBCENTER)
    ]


def write_derived(home: Home) -> None:
    """Write what follows from ``staffel.json``, ``keys/`` and ``tls/``; for the containers."""
    write_accounts(home)
    write_parts(home)


def write_accounts(home: Home) -> None:
    """Write who may log in at NATS."""
    home.nats_config.parent.mkdir(mode=0o700, exist_ok=True)
    _write_changed(home.nats_config, json.dumps(home.config.accounts().file(), indent=1))


def write_parts(home: Home) -> None:
    """Write what each part of the platform gets to see, into a folder of its own.

    The folder is mounted, not its files: a part sees a file that is exchanged while it runs.
    """
    for name, text in _parts(home).items():
        path = home.folder / "secrets" / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_changed(path, text)


def _write_changed(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_secret_whole(path, text)


def write_secret_whole(path: Path, text: str) -> None:
    """Write a file that only its owner may read, in one step: whoever reads it sees all of it."""
    fresh = path.with_name(f".{path.name}.fresh")
    try:
        write_synced(fresh, text.encode())
        hand_over(fresh)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def hand_over(path: Path) -> None:
    """Give what was written to the user of the containers, where root has written it."""
    if os.geteuid() != 0:
        return
    user, group = _user_of(path)
    owned = [path] if not path.is_dir() else list(_all_of(path))
    for one in owned:
        os.chown(one, user, group, follow_symlinks=False)


def _all_of(folder: Path) -> Iterable[Path]:
    yield folder  # the operator's verbs put new versions of files beside the old ones
    yield from (folder / name for name in ("staffel.json", ".env"))
    for name in OWN:
        for path in (folder / name, *(folder / name).rglob("*")):
            # The database's files belong to the database.
            if path.exists() and not path.is_relative_to(folder / "data" / "postgres"):
                yield path


def _user_of(path: Path) -> tuple[int, int]:
    for folder in (path, *path.parents):
        if (folder / ".env").is_file():
            found = _read_settings(folder / ".env")
            return int(found.get("STAFFEL_UID", USER)), int(found.get("STAFFEL_GID", USER))
    return USER, USER


# -- the parts ---------------------------------------------------------------------------------


def _take_config(folder: Path, answers: Answers, report: Report) -> Home:
    """Take up ``staffel.json``, or make it; what a later version wants besides is added."""
    path = folder / "staffel.json"
    found: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    before = json.dumps(found)
    _complete(found, answers)
    home = Home(folder, Config.model_validate(found))
    if json.dumps(found) != before:
        report.made.append("staffel.json")
        write_secret_whole(path, home.config.model_dump_json(indent=2))
    if not home.agencies_file.exists():
        home.agencies_file.parent.mkdir(exist_ok=True)
        home.write_agencies(synthetic_agencies())
        report.made.append("directory/agencies.json")
    return home


def _complete(found: dict[str, Any], answers: Answers) -> None:
    found.setdefault("origin", answers.origin)
    found.setdefault("nats_port", 4222)
    found.setdefault("smtp_url", answers.smtp_url)
    ports, words = found.setdefault("ports", {}), found.setdefault("service_passwords", {})
    deployed = found.setdefault("deployed", {"host": answers.host})
    deployed.setdefault("nats_servers", CLUSTER if answers.cluster else ["nats"])
    deployed.setdefault("postgres_password", secrets.token_hex(24))
    databases = deployed.setdefault("database_passwords", {})
    for name in PROCESSES:
        ports.setdefault(name, CONTAINER_PORT)
    for name in (*PROCESSES, "ops"):
        words.setdefault(name, secrets.token_hex(24))
    for name in (*SERVICES, "keyring"):
        databases.setdefault(name, secrets.token_hex(24))
    found.setdefault("grafana_password", secrets.token_hex(24))
    found.setdefault("system_password", secrets.token_hex(24))
    agencies = found.setdefault("agency_passwords", {})
    for agency in synthetic_agencies():
        agencies.setdefault(agency.id, secrets.token_hex(24))


def _parts(home: Home) -> dict[str, str]:
    config = home.config
    assert config.deployed is not None  # noqa: S101 - only such folders are prepared
    each = {
        "postgres/password": config.deployed.postgres_password,
        "grafana/password": config.grafana_password or "",
        "notify/smtp_url": config.smtp_url or "",
    }
    for name in SERVICES:
        each[f"{name}/database"] = home.database_url(name)
        each[f"{name}/keyring"] = home.database_url("keyring")
        each[f"{name}/log.key"] = home.log_key(name).read_text(encoding="ascii")
    for name in PROCESSES:
        each[f"{name}/nats"] = ":".join(home.config.service_login(name))
    for part, files in _CERTIFIED.items():
        for path in (home.folder / "tls" / file for file in files):
            if path.is_file():
                each[f"{part}/{path.name}"] = path.read_text(encoding="ascii")
    return each


def _log_keys(home: Home, report: Report) -> None:
    missing = [f"keys/{name}.key" for name in SERVICES if not home.log_key(name).exists()]
    home.make_log_keys()
    report.made += missing


def certify(home: Home, *, anew: bool = False) -> list[str]:
    """Issue the certificates that are missing or end soon, or all of our authority ``anew``."""
    folder = home.folder / "tls"
    folder.mkdir(mode=0o755, exist_ok=True)
    authority = take_authority(folder)
    if authority is None:
        return []
    deployed = home.config.deployed
    outside = deployed.host if deployed else "localhost"
    near = ("localhost", "127.0.0.1", outside)
    wanted = {
        "edge": ("edge", *near),
        "nats": (*CLUSTER, *near),
        "postgres": ("postgres", "localhost", "127.0.0.1"),
        "platform": [host_of(name) for name in SERVICES],
    }
    return [
        f"tls/{name}.crt"
        for name, hosts in wanted.items()
        if issue(authority, folder, name, hosts, anew=anew)
    ]


def _settings_file(home: Home, answers: Answers, report: Report) -> None:
    """Add to ``.env`` what it lacks; what stands there stays."""
    path = home.folder / ".env"
    root = os.geteuid() == 0
    wanted = {
        "STAFFEL_UID": str(USER if root else os.getuid()),
        "STAFFEL_GID": str(USER if root else os.getgid()),
        "STAFFEL_HOST": home.config.deployed.host if home.config.deployed else answers.host,
        "STAFFEL_ORIGIN": home.config.origin,
        "STAFFEL_NATS_VERIFY": "true" if answers.mutual_tls else "false",
        "STAFFEL_NATS_URL": home.nats_url,
    }
    if home.config.replicas > 1:
        wanted["COMPOSE_FILE"] = "compose.yaml:compose.cluster.yaml"
    present = _read_settings(path) if path.exists() else {}
    missing = {name: value for name, value in wanted.items() if name not in present}
    if not missing:
        return
    with path.open("a", encoding="utf-8") as file:
        if not present:
            file.write("# What compose.yaml asks for. No secret stands here.\n")
        file.writelines(f"{name}={value}\n" for name, value in missing.items())
    path.chmod(0o644)
    report.made.append(".env")


def _read_settings(path: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return {name.strip(): value.strip() for name, mark, value in lines if mark}


def setting(folder: Path, name: str, default: str) -> str:
    """A value of ``.env``."""
    path = folder / ".env"
    return _read_settings(path).get(name, default) if path.is_file() else default


def port_of(folder: Path, door: str, default: int) -> int:
    """The port on this machine of a door: ``HTTPS`` or ``NATS``."""
    return int(setting(folder, f"STAFFEL_{door}_PORT", str(default)))
