"""Is a log what its checkpoint vouches for? Tree, indexes and data hashes, one entry after another.

This is the part that must be fast: nothing is read twice, and nothing is kept but the frontier.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from staffel_contracts.audit.findings import Code, Report, Seen
from staffel_contracts.audit.lines import (
    BadLine,
    Parts,
    Place,
    is_committed,
    may_be_erased,
    sealed_in_place,
    split,
)
from staffel_contracts.audit.reading import ReadLog
from staffel_contracts.tlog.checkpoint import Checkpoint
from staffel_contracts.tlog.tree import (
    HASH_BYTES,
    Frontier,
    Unproven,
    leaf_hash,
    leaf_hashes,
    verify_consistency,
    verify_inclusion,
)

_NO_LEAF = bytes(HASH_BYTES)


def _unwatched(_: int) -> None:
    """Nobody watches."""


class Log:
    """Goes through one log of a bundle, and notes in the report what is wrong."""

    def __init__(
        self, read: ReadLog, checkpoint: Checkpoint, earlier: list[Checkpoint], report: Report
    ) -> None:
        """Take the log, its checkpoint as verified, and those that were seen before."""
        self.read, self.checkpoint, self.report = read, checkpoint, report
        self.watch: Callable[[int], None] = _unwatched
        """Told how many entries were looked at since it was told before."""
        self._earlier = sorted(earlier, key=lambda seen: seen.size)
        self.seen = Seen(read.service, read.origin, checkpoint.size)
        self._lost: int | None = None
        """The first entry out of place: from there on nothing can be told by its number."""
        self._told: Frontier | None = None
        """The tree of the stored hashes, as soon as they differ from those of the entries."""
        self._place = Place.of(read.service, read.origin)

    def check(self) -> None:
        """Go through the log and note what is wrong, without reading what the entries say."""
        if self.read.bundle.kind == "part":
            for _ in self._part():
                pass
            return
        for _ in self._whole():
            pass

    def entries(self) -> Iterator[Parts]:
        """Like ``check``, and every entry that is where and what it should be."""
        if self.read.bundle.kind == "part":
            return self._part()
        return (parts for block in self._whole() for parts in block)

    # -- a whole log ---------------------------------------------------------------------------

    def _whole(self) -> Iterator[Iterable[Parts]]:
        frontier = Frontier()
        self._continues(frontier)
        stored = self.read.hashes()
        for lines in self._blocks(frontier):
            hashes, sound = self._block(frontier.size, lines)
            yield sound
            if stored:
                self._compare(frontier, hashes, stored(len(lines)))
            frontier.extend(hashes)
            self._continues(frontier)
            self.watch(len(lines))
        self._ends(frontier)

    def _blocks(self, frontier: Frontier) -> Iterator[list[bytes]]:
        """The lines; a block ends where an earlier checkpoint's tree does, to take its root."""
        for piece in self.read.pieces():
            lines = piece
            while self._earlier and (room := self._earlier[0].size - frontier.size) < len(lines):
                yield lines[:room]
                lines = lines[room:]
            yield lines

    def _block(self, at: int, lines: list[bytes]) -> tuple[list[bytes], Iterable[Parts]]:
        """The hashes of a block's leaves, and those entries of it that are as they should be."""
        if self._lost is None:
            with suppress(ValueError):
                found = sealed_in_place(at, lines, self._place)
                self.seen.entries += len(lines)
                self.seen.sealed += len(lines)
                numbered = enumerate(found, at)
                return (
                    leaf_hashes([leaf for leaf, _ in found]),
                    (Parts(index, leaf, data, sealed=True) for index, (leaf, data) in numbered),
                )
        hashes: list[bytes] = []
        each = [self._entry(line, index, hashes) for index, line in enumerate(lines, at)]
        return hashes, [parts for parts in each if parts]

    def _compare(self, frontier: Frontier, hashes: list[bytes], stored: bytes) -> None:
        """Compare the leaves of a block with the hashes that the log had stored of them."""
        same = b"".join(hashes) == stored
        if same and self._told is None:
            return
        told = [stored[i : i + HASH_BYTES] for i in range(0, len(stored), HASH_BYTES)]
        for index, (found, expected) in enumerate(zip(hashes, told, strict=False), frontier.size):
            if self._lost is not None and index >= self._lost:
                break
            if found != expected:
                self._note(Code.ROOT, index, "the leaf is not the one in the log's tree")
        if self._told is None:
            self._told = frontier.copy()
        self._told.extend(told)

    def _ends(self, frontier: Frontier) -> None:
        size, root = self.checkpoint.size, self.checkpoint.root
        if frontier.size != size:
            rule = f"{frontier.size} entries are here, the checkpoint vouches for {size}"
            self._misplaced(min(frontier.size, size), rule)
        elif frontier.root() != root and (self._told is None or self._told.root() != root):
            self._note(Code.ROOT, None, "the entries give another root than the checkpoint's")
        elif self._told is not None and self._told.root() != root:
            self._note(Code.ROOT, None, "the stored hashes of the leaves are altered")

    def _continues(self, frontier: Frontier) -> None:
        """Compare with what was seen before, where the log has come to its size."""
        while self._earlier and self._earlier[0].size == frontier.size:
            earlier = self._earlier.pop(0)
            self.seen.since = earlier.size
            if frontier.root() != earlier.root:
                rule = f"the first {earlier.size} entries are not those seen before"
                self._note(Code.HISTORY, None, rule)

    # -- a part --------------------------------------------------------------------------------

    def _part(self) -> Iterator[Parts]:
        self._consistency()
        proofs, last = self.read.proofs(), -1
        expected = self.read.span[0] if self.read.span else None
        for line in self.read.lines():
            proof = next(proofs, None)
            index = proof.number if proof else last + 1
            if proof is None:
                self._note(Code.ROOT, index, "no proof belongs to this entry")
                continue
            if index <= last or (expected is not None and index != expected):
                self._note(Code.INDEX, index, f"entry {index} is out of place")
            last, expected = index, None if expected is None else index + 1
            hashes: list[bytes] = []
            parts = self._entry(line, index, hashes)
            try:
                verify_inclusion(
                    hashes[0], index, self.checkpoint.size, proof.hashes, self.checkpoint.root
                )
            except Unproven as error:
                self._note(Code.ROOT, index, str(error))
                continue
            if parts:
                yield parts
        if next(proofs, None) is not None:
            self._note(Code.INDEX, last + 1, "a proof is left over: its entry is missing")
        if expected is not None and self.read.span and expected != self.read.span[1]:
            rule = f"the entries up to {self.read.span[1] - 1} belong here"
            self._note(Code.INDEX, expected, rule)

    def _consistency(self) -> None:
        proofs = {proof.number: proof.hashes for proof in self.read.consistency()}
        new = self.checkpoint
        for earlier in self._earlier:
            hashes = proofs.get(earlier.size, None if 0 < earlier.size < new.size else [])
            if hashes is None:
                rule = f"no proof of consistency with the {earlier.size} entries seen before"
                self._note(Code.HISTORY, None, rule)
                continue
            try:
                verify_consistency(earlier.size, earlier.root, new.size, new.root, hashes)
                self.seen.since = earlier.size
            except Unproven as error:
                self._note(Code.HISTORY, None, str(error))

    # -- one entry -----------------------------------------------------------------------------

    def _entry(self, line: bytes, index: int, hashes: list[bytes]) -> Parts | None:
        """Check an entry's place and data; its leaf's hash is appended, whatever is found."""
        self.seen.entries += 1
        try:
            parts = split(index, line)
        except BadLine as error:
            hashes.append(_NO_LEAF)
            if self._lost is None:
                self._note(Code.LEAF, index, str(error))
            return None
        hashes.append(leaf_hash(parts.leaf))
        if self._lost is not None:
            return None
        if not self._place.holds(index, parts.leaf):
            self._misplaced(index, "another id, source or index belongs here")
            return None
        if parts.data is None and not may_be_erased(parts.leaf):
            self._note(Code.DATA, index, "its data is missing, and was never sealed")
            return None
        if parts.data is None:
            self.seen.erased += 1
        elif not is_committed(parts.leaf, parts.data):
            self._note(Code.DATA, index, "the data is not the data that the leaf commits to")
            return None
        self.seen.sealed += parts.sealed
        return parts

    def _misplaced(self, index: int, rule: str) -> None:
        if self._lost is None:
            self._note(Code.INDEX, index, rule)
            if self.read.bundle.kind == "whole":
                self._lost = index

    def _note(self, code: Code, index: int | None, rule: str) -> None:
        self.report.add(code, self.read.service, index, rule)
