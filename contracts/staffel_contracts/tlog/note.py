"""Signed notes (C2SP signed-note): text that one or more keys signed."""

from collections.abc import Iterable
from typing import NamedTuple

from staffel_contracts.tlog.keys import BadKey, Kind, SigningKey, VerifierKey, check_name
from staffel_contracts.tlog.spelling import base64, to_base64

ID_BYTES = 4
MAX_BYTES = 1_000_000
"""A longer note is refused unread."""
MAX_SIGNATURES = 64
"""A note with more is refused; C2SP asks for at least 16."""
_DASH = "\u2014 "


class Malformed(ValueError):
    """Bytes are no signed note; says which rule they break and in which line."""


class Unsigned(ValueError):
    """A key that is known signed something else, or no key that is known signed at all."""


class Signature(NamedTuple):
    """One signature line: the key's name and id, and what it signed with."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """The line with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.value)}\n"

    def is_of(self, key: VerifierKey) -> bool:
        """Whether it says that it is this key's."""
        return self.name == key.name and self.key_id == key.key_id


class Note(NamedTuple):
    """A text, its last newline included, and its signatures, known or not, in order."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The note's bytes."""
        return (self.text + "\n" + "".join(s.line() for s in self.signatures)).encode()

    def also(self, signatures: Iterable[Signature]) -> "Note":
        """The note with further signatures; those that it has already are not repeated."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *signatures))))


def sign(text: str, key: SigningKey) -> Signature:
    """Sign a text as it stands (kind 0x01).

    Raises:
        Malformed: a note cannot carry such a text.
    """
    _check_text(text)
    return Signature(key.name, key.verifier.key_id, key.sign(text.encode()))


def read_note(data: bytes) -> Note:
    """Read a note without verifying anything.

    Raises:
        Malformed: no signed note.
    """
    if len(data) > MAX_BYTES:
        raise Malformed(f"a note has at most {MAX_BYTES} bytes, this one has {len(data)}")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"byte {error.start}: a note is in UTF-8") from None
    # The last empty line: the text itself may have such lines, signatures have none.
    text, blank, lines = whole.rpartition("\n\n")
    if not blank:
        raise Malformed("an empty line must stand between text and signatures")
    _check_text(text + "\n")
    return Note(text + "\n", read_signatures(lines, after=text.count("\n") + 2))


def read_signatures(lines: str, after: int = 0) -> tuple[Signature, ...]:
    """Read signature lines, as a witness answers them; ``after`` lines stand before them.

    Raises:
        Malformed: no signature lines, or none at all.
    """
    if not lines.endswith("\n"):
        raise Malformed("the last line of a note must end in a newline")
    rows = lines[:-1].split("\n")
    if len(rows) > MAX_SIGNATURES:
        raise Malformed(f"a note has at most {MAX_SIGNATURES} signatures, this one has {len(rows)}")
    return tuple(_signature(row, after + number) for number, row in enumerate(rows, 1))


def verified(note: Note, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
    """The keys of kind 0x01 that signed the note; signatures of other keys are ignored.

    Raises:
        Unsigned: a signature names one of the keys but is not its, or none of them signed.
    """
    signed = []
    for key in (key for key in keys if key.kind is Kind.NOTE):
        own = [s for s in note.signatures if s.is_of(key)]
        if any(not key.signed(note.text.encode(), s.value) for s in own):
            raise Unsigned(f"{key.name}: the signature is not that of the key {key.key_id.hex()}")
        signed += [key] if own else []
    if not signed:
        raise Unsigned("no key that is trusted signed the note")
    return signed


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise Malformed("the text of a note must end in a newline")
    for number, line in enumerate(text.split("\n"), 1):
        if any(c < " " for c in line):
            raise Malformed(f"line {number}: a note has no control characters")


def _signature(row: str, number: int) -> Signature:
    name, space, value = row.removeprefix(_DASH).partition(" ")
    if not row.startswith(_DASH) or not space:
        raise Malformed(f"line {number}: a signature is a dash, a name and base64")
    try:
        check_name(name)
        raw = base64(value)
    except (BadKey, ValueError) as error:
        raise Malformed(f"line {number}: a signature is a dash, a name and base64") from error
    if len(raw) <= ID_BYTES:
        raise Malformed(f"line {number}: the signature is too short")
    return Signature(name, raw[:ID_BYTES], raw[ID_BYTES:])
