"""Proof files (C2SP tlog-proof): that one entry is in a log, verifiable offline."""

from typing import NamedTuple

from staffel_contracts.tlog.checkpoint import read_checkpoint
from staffel_contracts.tlog.note import MAX_BYTES, Malformed
from staffel_contracts.tlog.policy import Judgement, Policy
from staffel_contracts.tlog.spelling import a_hash, base64, number, to_base64
from staffel_contracts.tlog.tree import verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"


class TlogProof(NamedTuple):
    """The entry's index, the hashes from its leaf up, and the checkpoint's note.

    ``extra`` is anything that comes along; nothing vouches for it. We put the entry's leaf there.
    """

    index: int  # type: ignore[assignment] # tuples have a method of this name
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The file's bytes."""
        lines = [HEADER]
        lines += [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines += [f"index {self.index}", *(to_base64(h) for h in self.hashes), "", ""]
        return "\n".join(lines).encode() + self.checkpoint

    def verify(self, leaf: bytes, policy: Policy) -> Judgement:
        """Verify that the leaf with this hash is in the log, and that the policy accepts it.

        Raises:
            Malformed: the checkpoint is none.
            Unsigned: the policy does not accept the checkpoint.
            Unproven: the proof does not lead from the leaf to the checkpoint's root.
        """
        judgement = policy.judge(self.checkpoint)
        checkpoint = judgement.signed.checkpoint
        verify_inclusion(leaf, self.index, checkpoint.size, self.hashes, checkpoint.root)
        return judgement


def read_proof(data: bytes) -> TlogProof:
    """Read a proof file without verifying anything.

    Raises:
        Malformed: no proof file; says in which line.
    """
    if len(data) > MAX_BYTES:
        raise Malformed(f"a proof has at most {MAX_BYTES} bytes, this one has {len(data)}")
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed(f"byte {error.start}: ASCII is expected") from None
    if not blank or lines[0] != HEADER:
        raise Malformed(f"line 1: {HEADER} is expected, and an empty line before the checkpoint")
    extra, rest = _extra(lines[1:])
    read_checkpoint(checkpoint)
    try:
        index, *hashes = rest or [""]
        return TlogProof(_index(index), tuple(map(a_hash, hashes)), checkpoint, extra)
    except ValueError as error:
        raise Malformed(f"a proof has its index and then its hashes: {error}") from None


def _extra(lines: list[str]) -> tuple[bytes | None, list[str]]:
    if not lines or not lines[0].startswith("extra "):
        return None, lines
    try:
        return base64(lines[0].removeprefix("extra ")), lines[1:]
    except ValueError as error:
        raise Malformed(f"line 2: {error}") from None


def _index(line: str) -> int:
    if not line.startswith("index "):
        raise ValueError("index and a number are expected")
    return number(line.removeprefix("index "))
