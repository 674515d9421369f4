"""The secrets of an installation in a backup: sealed under the master key, which is not in it."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.chassis.keyring import WrongMasterKey
from services.platform.installation import Installation

ENDING = ".sealed"
_NONCE_BYTES = 12


def seal_secrets(at: Installation, folder: Path, master: bytes) -> None:
    """Put every secret file but the master key into a folder, sealed."""
    for path in at.secret_files:
        if path != at.master_key_file and path.is_file():
            nonce = os.urandom(_NONCE_BYTES)
            sealed = AESGCM(master).encrypt(nonce, path.read_bytes(), path.name.encode())
            (folder / f"{path.name}{ENDING}").write_bytes(nonce + sealed)


def open_secrets(folder: Path, master: bytes) -> dict[str, bytes]:
    """The secret files of a backup by name.

    Raises:
        WrongMasterKey: they were sealed under another master key.
    """
    return {
        path.name.removesuffix(ENDING): _open(path, master)
        for path in sorted(folder.glob(f"*{ENDING}"))
    }


def _open(path: Path, master: bytes) -> bytes:
    sealed, name = path.read_bytes(), path.name.removesuffix(ENDING).encode()
    try:
        return AESGCM(master).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name)
    except InvalidTag as error:
        msg = f"{path.name}: the master key does not open it: the backup belongs to another key"
        raise WrongMasterKey(msg) from error
