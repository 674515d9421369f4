"""Ways to tamper with a bundle, each with the place at which it must be found."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from staffel_contracts.audit.findings import Code
from staffel_contracts.audit.lines import split
from staffel_contracts.tlog.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from staffel_contracts.tlog.keys import Kind, SigningKey
from staffel_contracts.tlog.note import Note, Signature
from staffel_contracts.tlog.tree import leaf_hash, nodes_of, root_at
from tests.support.bundles import log_key

Members = dict[str, bytes]


@dataclass
class Tampered:
    """A bundle's members after somebody was at them, and what must be found."""

    members: Members
    codes: frozenset[Code] | None
    """One of these; ``None``: the file may also be refused as a whole."""
    index: int | None = None


def members_of(path: Path) -> Members:
    """What a bundle holds, by name, in order."""
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: Members) -> bytes:
    """A bundle with these members, in the form that every bundle has."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            with archive.open(ZipInfo(name), "w", force_zip64=True) as member:
                member.write(data)
    return buffer.getvalue()


class Tamperer:
    """Tampers with the log of one service in a bundle that holds, with chance from a seed."""

    def __init__(self, members: Members, service: str, seed: int) -> None:
        self.members, self.service = members, service
        self.chance = random.Random(seed)
        self.lines = members[f"log/{service}/entries.jsonl"].split(b"\n")[:-1]

    def ways(self) -> dict[str, Callable[[], Tampered]]:
        """Every way by its name."""
        return {
            "edit": self.edit,
            "edit the data": self.edit_data,
            "insert": self.insert,
            "drop": self.drop,
            "swap": self.swap,
            "duplicate": self.duplicate,
            "truncate": self.truncate,
            "reorder": self.reorder,
            "swap the data": self.swap_data,
            "edit the hashes": self.edit_hashes,
            "fork": self.fork,
            "re-sign with another key": self.resign_with_another_key,
            "re-sign with the log's key": self.resign_with_its_key,
            "edit the checkpoint": self.edit_checkpoint,
        }

    def edit(self) -> Tampered:
        """One byte of a leaf becomes another; the data stays."""
        at = self._some()
        leaf = split(at, self.lines[at]).leaf[:-1]
        line = _with_another_byte(self.lines[at], self.chance.randrange(len(leaf)), self.chance)
        codes = {Code.ROOT, Code.INDEX, Code.LEAF, Code.DATA}
        return self._with({at: line}, codes, at)

    def edit_data(self) -> Tampered:
        """One byte after the leaf becomes another."""
        at = self._some()
        begin = len(split(at, self.lines[at]).leaf) - 1
        place = self.chance.randrange(begin, len(self.lines[at]))
        line = _with_another_byte(self.lines[at], place, self.chance)
        return self._with({at: line}, {Code.DATA, Code.LEAF}, at)

    def insert(self) -> Tampered:
        """One byte more stands somewhere in a line."""
        at = self._some()
        place = self.chance.randrange(len(self.lines[at]) + 1)
        more = bytes([self.chance.choice([byte for byte in range(256) if byte != ord("\n")])])
        line = self.lines[at][:place] + more + self.lines[at][place:]
        return self._with({at: line}, {Code.ROOT, Code.INDEX, Code.LEAF, Code.DATA}, at)

    def drop(self) -> Tampered:
        """An entry is taken out."""
        at = self._some()
        return self._lines([*self.lines[:at], *self.lines[at + 1 :]], at)

    def swap(self) -> Tampered:
        """Two entries change places."""
        one, other = self._two()
        lines = [*self.lines]
        lines[one], lines[other] = lines[other], lines[one]
        return self._lines(lines, one)

    def duplicate(self) -> Tampered:
        """An entry stands twice."""
        at = self._some()
        return self._lines([*self.lines[: at + 1], *self.lines[at:]], at + 1)

    def truncate(self) -> Tampered:
        """The end is cut off."""
        at = self._some()
        return self._lines(self.lines[:at], at)

    def reorder(self) -> Tampered:
        """Some entries turn round."""
        one, other = self._two()
        turned = self.lines[one : other + 1][::-1]
        return self._lines([*self.lines[:one], *turned, *self.lines[other + 1 :]], one)

    def swap_data(self) -> Tampered:
        """Two entries change their data."""
        one, other = self._two()
        a, b = split(one, self.lines[one]), split(other, self.lines[other])
        changed = {
            one: a.leaf[:-1] + self.lines[other][len(b.leaf) - 1 :],
            other: b.leaf[:-1] + self.lines[one][len(a.leaf) - 1 :],
        }
        return self._with(changed, {Code.DATA}, one)

    def edit_hashes(self) -> Tampered:
        """The stored hash of a leaf becomes another."""
        name = f"log/{self.service}/hashes"
        place = self.chance.randrange(len(self.members[name]))
        data = _with_another_byte(self.members[name], place, self.chance)
        return Tampered(self.members | {name: data}, frozenset({Code.ROOT}), place // 32)

    def fork(self) -> Tampered:
        """An entry is written anew, with all that follows from it but the checkpoint."""
        lines, hashes = self._another_story()
        changed = {"entries.jsonl": b"".join(x + b"\n" for x in lines), "hashes": b"".join(hashes)}
        return Tampered(self._put(changed), frozenset({Code.ROOT}))

    def resign_with_another_key(self) -> Tampered:
        """A fork, signed by somebody who has not the log's key."""
        key = SigningKey(log_key(self.service).name, Kind.NOTE, self.chance.randbytes(32))
        return self._signed(key, Code.CHECKPOINT)

    def resign_with_its_key(self) -> Tampered:
        """A fork, signed by the operator; the old cosignatures are kept, or left out."""
        return self._signed(log_key(self.service), Code.QUORUM)

    def edit_checkpoint(self) -> Tampered:
        """One byte of the checkpoint becomes another."""
        name = f"log/{self.service}/checkpoint"
        place = self.chance.randrange(len(self.members[name]))
        data = _with_another_byte(self.members[name], place, self.chance)
        return Tampered(self.members | {name: data}, None)

    def _some(self) -> int:
        return self.chance.randrange(len(self.lines))

    def _two(self) -> tuple[int, int]:
        one, other = sorted(self.chance.sample(range(len(self.lines)), 2))
        return one, other

    def _put(self, changed: Members) -> Members:
        return self.members | {f"log/{self.service}/{n}": data for n, data in changed.items()}

    def _lines(self, lines: list[bytes], at: int) -> Tampered:
        data = b"".join(line + b"\n" for line in lines)
        return Tampered(self._put({"entries.jsonl": data}), frozenset({Code.INDEX}), at)

    def _with(self, changed: dict[int, bytes], codes: set[Code], at: int) -> Tampered:
        lines = [changed.get(index, line) for index, line in enumerate(self.lines)]
        data = b"".join(line + b"\n" for line in lines)
        return Tampered(self._put({"entries.jsonl": data}), frozenset(codes), at)

    def _another_story(self) -> tuple[list[bytes], list[bytes]]:
        at, lines = self._some(), [*self.lines]
        lines[at] = lines[at].replace(b'"actor":"clerk"', b'"actor":"%d"' % self._some(), 1)
        return lines, [leaf_hash(split(i, line).leaf) for i, line in enumerate(lines)]

    def _signed(self, key: SigningKey, code: Code) -> Tampered:
        lines, hashes = self._another_story()
        note = read_checkpoint(self.members[f"log/{self.service}/checkpoint"]).note
        size, root = len(lines), root_at(nodes_of(hashes), len(lines))
        signed = sign_checkpoint(Checkpoint(key.name, size, root), key).note
        kept: tuple[Signature, ...] = note.signatures[1:] if self.chance.random() < 0.5 else ()
        changed = {
            "entries.jsonl": b"".join(x + b"\n" for x in lines),
            "hashes": b"".join(hashes),
            "checkpoint": Note(signed.text, signed.signatures + kept).encode(),
        }
        return Tampered(self._put(changed), frozenset({code}))


def _with_another_byte(data: bytes, at: int, chance: random.Random) -> bytes:
    """One byte changed; never into a newline, which would be another tampering."""
    others = [byte for byte in range(256) if byte not in {data[at], 10}]
    return data[:at] + bytes([chance.choice(others)]) + data[at + 1 :]
