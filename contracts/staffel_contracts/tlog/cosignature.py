"""Cosignatures (C2SP tlog-cosignature): a witness saw that a log only grew, and says when."""

from collections.abc import Iterable
from typing import NamedTuple

from staffel_contracts.tlog.checkpoint import SignedCheckpoint
from staffel_contracts.tlog.keys import Kind, SigningKey, VerifierKey
from staffel_contracts.tlog.note import Note, Signature, Unsigned

_TIME_BYTES = 8
_VALUE_BYTES = _TIME_BYTES + 64
_MAX_TIME = 2**63 - 1


class Cosignature(NamedTuple):
    """Which witness cosigned, and when: seconds since 1970, UTC."""

    key: VerifierKey
    at: int


def cosign(signed: SignedCheckpoint, key: SigningKey, at: int) -> Signature:
    """Cosign a checkpoint that was found consistent with all seen before.

    Raises:
        ValueError: the key is not a witness's, or the time is not one.
    """
    if key.kind is not Kind.COSIGNATURE:
        raise ValueError(f"the key of {key.name} is not a witness's")
    if not 0 < at <= _MAX_TIME:
        raise ValueError("a cosignature needs a time after 1970")
    value = at.to_bytes(_TIME_BYTES) + key.sign(_message(signed.note.text, at))
    return Signature(key.name, key.verifier.key_id, value)


def cosignatures(note: Note, witnesses: Iterable[VerifierKey]) -> list[Cosignature]:
    """The witnesses that cosigned the note's text; other signatures are ignored.

    Raises:
        Unsigned: a signature names one of the witnesses but is not its.
    """
    found = []
    for key in witnesses:
        times = [_verified(note, s, key) for s in note.signatures if s.is_of(key)]
        found += [Cosignature(key, max(times))] if times else []
    return found


def _verified(note: Note, signature: Signature, key: VerifierKey) -> int:
    stamp, value = signature.value[:_TIME_BYTES], signature.value[_TIME_BYTES:]
    at = int.from_bytes(stamp)
    well_formed = len(signature.value) == _VALUE_BYTES and 0 < at <= _MAX_TIME
    if not well_formed or not key.signed(_message(note.text, at), value):
        raise Unsigned(f"{key.name}: the cosignature is not that of the key {key.key_id.hex()}")
    return at


def _message(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()
