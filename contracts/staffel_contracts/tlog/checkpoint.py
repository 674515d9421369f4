"""Checkpoints (C2SP tlog-checkpoint): a log's size and root, signed by the log."""

from collections.abc import Iterable
from typing import NamedTuple

from staffel_contracts.tlog.keys import SigningKey, VerifierKey
from staffel_contracts.tlog.note import Malformed, Note, Unsigned, read_note, sign, verified
from staffel_contracts.tlog.spelling import a_hash, number, to_base64
from staffel_contracts.tlog.tree import EMPTY_ROOT

_LINES = 3


class Checkpoint(NamedTuple):
    """How many entries the log ``origin`` has, and the root of their tree.

    The origin is the ``source`` of the log's entries, such as ``staffel.example/intake``.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(line + "\n" for line in lines)


class SignedCheckpoint(NamedTuple):
    """A checkpoint and the note that it stood in, with all signatures and cosignatures."""

    checkpoint: Checkpoint
    note: Note

    def encode(self) -> bytes:
        """The note's bytes."""
        return self.note.encode()


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> SignedCheckpoint:
    """Sign with the log's key, whose name is the origin.

    Raises:
        Malformed: the key is another log's, or a note cannot carry the origin.
    """
    if key.name != checkpoint.origin:
        raise Malformed(f"the key of {key.name} does not sign for {checkpoint.origin}")
    text = checkpoint.text()
    read_text(text)
    return SignedCheckpoint(checkpoint, Note(text, (sign(text, key),)))


def read_checkpoint(data: bytes) -> SignedCheckpoint:
    """Read a checkpoint without verifying any signature.

    Raises:
        Malformed: no note, or no checkpoint in it.
    """
    note = read_note(data)
    return SignedCheckpoint(read_text(note.text), note)


def verified_checkpoint(data: bytes, keys: Iterable[VerifierKey]) -> SignedCheckpoint:
    """Read a checkpoint and verify that its log signed it: a key with the origin's name.

    Raises:
        Malformed: no checkpoint.
        Unsigned: none of the keys is the log's, or the log's key did not sign this.
    """
    signed = read_checkpoint(data)
    own = [key for key in keys if key.name == signed.checkpoint.origin]
    if not own:
        raise Unsigned(f"no key of the log {signed.checkpoint.origin} is trusted")
    verified(signed.note, own)
    if signed.checkpoint.size == 0 and signed.checkpoint.root != EMPTY_ROOT:
        raise Malformed("line 3: an empty tree has the hash of nothing as its root")
    return signed


def read_text(text: str) -> Checkpoint:
    """Read the text of a checkpoint.

    Raises:
        Malformed: no checkpoint.
    """
    lines = text.split("\n")[:-1]
    if len(lines) < _LINES or not all(lines):
        raise Malformed("a checkpoint has at least three lines, none of them empty")
    origin, size, root, *extensions = lines
    try:
        checkpoint = Checkpoint(origin, number(size), a_hash(root), tuple(extensions))
    except ValueError as error:
        raise Malformed(
            f"a checkpoint has its size in line 2, its root in line 3: {error}"
        ) from None
    return checkpoint
