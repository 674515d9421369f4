"""The master keys that persons' keys are wrapped under, one for each epoch, and their file.

A line is ``<epoch> <64 hexadecimal digits>``; the digits alone are epoch 0. While a rotation is
under way the file holds two epochs, otherwise one: what is not in it any more is gone for good.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from staffel_contracts.files import sync_folder
from staffel_contracts.sealing import KEY_BYTES, NONCE_BYTES

_LINE = "64 hexadecimal digits are expected, after the number of their epoch if it is not the first"


class UnknownEpoch(LookupError):
    """No master key of this epoch is at hand: it was destroyed, or the file is another one."""


class WrongMasterKey(Exception):
    """The master key does not open this keyring."""


class MasterKeys:
    """The master keys by epoch; what is missing is looked for in the file once more."""

    def __init__(self, keys: Mapping[int, bytes], path: Path | None = None) -> None:
        """Take keys that were read, and the file that a rotation changes."""
        self._keys, self.path = dict(keys), path

    @classmethod
    def of(cls, given: "bytes | MasterKeys") -> "MasterKeys":
        """A single key, which is the one of epoch 0, or what is such a collection already."""
        return cls({0: given}) if isinstance(given, bytes) else given

    @classmethod
    def read(cls, path: Path) -> "MasterKeys":
        """The keys in a file.

        Raises:
            ValueError: a line is not what it should be. OSError: the file cannot be read.
        """
        return cls(parse(path.read_text(encoding="ascii")), path)

    @property
    def epochs(self) -> list[int]:
        """The epochs at hand, oldest first."""
        return sorted(self._keys)

    def key(self, epoch: int) -> bytes:
        """The master key of an epoch.

        Raises:
            UnknownEpoch: there is none, in the file either.
        """
        if epoch not in self._keys:
            self.reload()
        try:
            return self._keys[epoch]
        except KeyError:
            msg = f"no master key of epoch {epoch} is at hand, only of {self.epochs}"
            raise UnknownEpoch(msg) from None

    def reload(self) -> None:
        """Take what the file holds now, and forget what it does not hold any more."""
        if self.path is not None and self.path.is_file():
            self._keys = parse(self.path.read_text(encoding="ascii"))


def load_master_key(path: Path | None, text: str | None) -> MasterKeys:
    """The master keys from a file or from text.

    Raises:
        WrongMasterKey: there is none, or a line breaks a rule; says where it came from.
    """
    where = f"file {path}" if path else "STAFFEL_MASTER_KEY"
    try:
        if path:
            return MasterKeys.read(path)
        return MasterKeys(parse(text or ""))
    except (ValueError, FileNotFoundError) as error:
        rule = "there is none" if isinstance(error, FileNotFoundError) else str(error)
        msg = f"master key ({where}): {rule}"
        raise WrongMasterKey(msg) from None


def parse(text: str) -> dict[int, bytes]:
    """The master keys in a text, by epoch.

    Raises:
        ValueError: a line is not what it should be, or there is none; never says what it holds.
    """
    keys: dict[int, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if words:
            epoch, key = _line(words, number)
            if keys.setdefault(epoch, key) != key:
                msg = f"line {number}: epoch {epoch} has two keys"
                raise ValueError(msg)
    if not keys:
        raise ValueError(_LINE)
    return keys


def _line(words: list[str], number: int) -> tuple[int, bytes]:
    epoch, digits = ("0", *words)[-2:]
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES or len(words) > 2 or not epoch.isdecimal():  # noqa: PLR2004
        msg = f"line {number}: {_LINE}"
        raise ValueError(msg)
    return int(epoch), key


def write(path: Path, keys: Mapping[int, bytes]) -> None:
    """Put keys in place of what a file holds: all of them or, after a crash, still the old ones.

    What the old file held is overwritten; copies that a disk or a file system keeps by itself are
    beyond reach.
    """
    text = "".join(f"{epoch} {key.hex()}\n" for epoch, key in sorted(keys.items()))
    fresh = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        _write_through(file.fileno(), text.encode())
    with path.open("r+b") as old:
        fresh.replace(path)
        sync_folder(path.parent)
        _write_through(old.fileno(), b"\0" * os.fstat(old.fileno()).st_size)


def _write_through(number: int, data: bytes) -> None:
    os.pwrite(number, data, 0)
    os.fsync(number)


def wrap(master: bytes, key: bytes, key_id: str) -> bytes:
    """A key as the keyring holds it: a nonce, and the key under the master key, bound to its id."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(master).encrypt(nonce, key, key_id.encode())


def unwrap(master: bytes, wrapped: bytes, key_id: str) -> bytes:
    """The key that ``wrap`` was given.

    Raises:
        WrongMasterKey: it does not open.
    """
    try:
        return AESGCM(master).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
    except InvalidTag as error:
        msg = "the master key does not open this keyring: another key, or the keyring was changed"
        raise WrongMasterKey(msg) from error
