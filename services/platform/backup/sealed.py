"""The secrets of an installation in a backup: sealed under the master key, which is not in it."""

import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.chassis.keys.master_keys import MasterKeys, WrongMasterKey
from services.platform.installation import Installation
from staffel_contracts.sealing import NONCE_BYTES

ENDING = ".sealed"
FOLDER = "secrets"


def seal_secrets(at: Installation, folder: Path, master: MasterKeys) -> list[str]:
    """Put every secret file but the master key into a folder, under its path in the home.

    Gives those that are missing.
    """
    key = master.key(master.epochs[-1])
    missing = []
    for path in at.sealed_files:
        name = path.relative_to(at.home.folder).as_posix()
        if not path.is_file():
            missing.append(name)
        else:
            nonce = os.urandom(NONCE_BYTES)
            target = folder / FOLDER / f"{name}{ENDING}"
            target.parent.mkdir(parents=True, exist_ok=True)
            sealed = AESGCM(key).encrypt(nonce, path.read_bytes(), name.encode())
            target.write_bytes(nonce + sealed)
    return missing


def open_secrets(folder: Path, master: MasterKeys) -> dict[str, bytes]:
    """The secret files of a backup by their path in the home.

    Raises:
        WrongMasterKey: they were sealed under another master key.
    """
    files = sorted((folder / FOLDER).rglob(f"*{ENDING}"))
    names = [path.relative_to(folder / FOLDER).as_posix().removesuffix(ENDING) for path in files]
    return {name: _open(path, name, master) for name, path in zip(names, files, strict=True)}


def _open(path: Path, name: str, master: MasterKeys) -> bytes:
    sealed = path.read_bytes()
    for epoch in reversed(master.epochs):
        key = AESGCM(master.key(epoch))
        with suppress(InvalidTag):
            return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
    raise WrongMasterKey(f"{name}: the master key does not open it: the backup is of another one")
