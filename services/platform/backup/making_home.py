"""Make a home from a backup: its settings, its secrets, and folders for what is restored."""

from pathlib import Path

from pydantic import ValidationError

from services.chassis.files import write_whole
from services.chassis.keys.master_keys import load_master_key
from services.platform.backup.create import PLAIN
from services.platform.backup.rows import Broken
from services.platform.backup.sealed import open_secrets
from services.platform.backup.verify import Unpacked
from services.platform.config import Config, why_unreadable
from services.platform.home import Home

SETTINGS = "staffel.json"


def make_home(backup: Unpacked, folder: Path, master_key: Path) -> Home:
    """The home in a folder; a new one with the backup's settings and secrets where there is none.

    The settings are written last of all: what was broken off is begun again.

    Raises:
        WrongMasterKey: the secrets belong to another master key. Broken: they are not there, or the
            settings are not those of this version.
    """
    if (folder / SETTINGS).exists():
        home = Home.load(folder)
        _make_folders(home)  # a disk of its own may be lost
        return home
    if backup.keys is None:
        raise Broken("the file with the keys is not beside the backup")
    secrets = open_secrets(backup.keys, load_master_key(master_key, None))
    settings = secrets.pop(SETTINGS)
    home = Home(folder, _config(settings))
    _make_folders(home)
    for name, data in secrets.items():
        (folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(folder / name, _of_this_machine(data) if name == ".env" else data)
    if master_key.absolute() != home.master_key.absolute():
        home.master_key.parent.mkdir(mode=0o700, exist_ok=True)
        write_whole(home.master_key, master_key.read_bytes())
    for path in (home.agencies_file, home.policy):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((backup.data / PLAIN / path.name).read_bytes())
    write_whole(folder / SETTINGS, settings)
    return home


def _config(settings: bytes) -> Config:
    try:
        return Config.model_validate_json(settings)
    except ValidationError as error:
        raise Broken(f"{SETTINGS} of the backup: {why_unreadable(error)}") from None


def _make_folders(home: Home) -> None:
    for name in ("",) if home.config.deployed else ("", "db", "nats", "mail", "logs"):
        (home.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def own_master_key(folder: Path) -> Path:
    """Where the master key lies in a folder that may hold nothing else yet."""
    deployed = folder / "master" / "master.key"
    return deployed if deployed.exists() else folder / "master.key"


def _of_this_machine(settings: bytes) -> bytes:
    """Settings of containers, without whose files they are: that is another user here."""
    lines = settings.splitlines(keepends=True)
    return b"".join(
        line for line in lines if not line.startswith((b"STAFFEL_UID=", b"STAFFEL_GID="))
    )
