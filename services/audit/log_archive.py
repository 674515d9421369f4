"""One log in the archive: its entries, its hash tiles, and its checkpoints as they were signed."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from threading import RLock

from pydantic_core import from_json

from services.audit.kept import Kept, is_kept, read_kept
from services.audit.lines import Damaged, Lines
from services.audit.tiles import Full, Rows, fold, hashes_in
from services.chassis.files import write_whole
from services.chassis.transport.wire import flaw_of, leaf_of
from staffel_contracts.tlog.tiles import CHECKPOINT, HEIGHT, WIDTH, Tile, read_path, tile_nodes
from staffel_contracts.tlog.tree import HASH_BYTES, Frontier, NodeReader, leaf_hash

_TILE_BYTES = WIDTH * HASH_BYTES
_SEALKEY = re.compile(rb',"sealkey":"([^"]*)"')
_STEP = 1000


def _unwatched() -> None:
    """Nobody watches."""


class Contradiction(Exception):
    """Entries are not those whose hashes the archive has: the log was changed."""

    def __init__(self, log: str, index: int) -> None:
        """Name the first entry that differs."""
        super().__init__(f"{log}/{index} is not the entry that was archived")
        self.index = index


class LogArchive:
    """One log's folder. One process writes; any may read meanwhile."""

    def __init__(self, folder: Path, log: str) -> None:
        """Take up a folder; ``open`` before anything is written."""
        self.folder, self.log = folder, log
        self.frontier = Frontier()
        self._entries = Lines(folder / "entries")
        self._checkpoints = Lines(folder / "checkpoints")
        self._rows = Rows()
        self._opened = self._compared = False
        self._gone: set[bytes] = set()
        self._writing = RLock()
        self._nodes: tuple[int, NodeReader | None] = (0, None)

    # -- reading -------------------------------------------------------------------------------

    def size(self) -> int:
        """How many entries there are."""
        return self.frontier.size if self._opened else self._entries.size()

    def wires(self, start: int, limit: int) -> list[bytes]:
        """Up to ``limit`` entries from index ``start`` on, as lines."""
        return self._entries.read(start, limit)

    def node(self, level: int, index: int) -> bytes:
        """The root of the complete subtree over leaves ``index·2^level`` and following.

        Raises:
            IndexError: the tree has no such node.
            Damaged: a tile is not what it was.
        """
        size, nodes = self._nodes
        if nodes is None or (index + 1) << level > size:
            size = self.size()
            nodes = tile_nodes(self.tile, size)
            self._nodes = size, nodes
        if index < 0 or (index + 1) << level > size:
            raise IndexError(f"the archive of {self.log} has no node {index} at level {level}")
        return nodes(level, index)

    def tile(self, path: str) -> bytes:
        """A hash tile, full or partial, by its path (C2SP tlog-tiles).

        Raises:
            NoTile: the path is none. LookupError: the tree is not that large yet.
        """
        tile = read_path(path)
        if (tile.number * WIDTH + tile.width) << HEIGHT * tile.level > self.size():
            raise LookupError(f"the archive of {self.log} has no {path} yet")
        return b"".join(self._hashes(tile))

    def checkpoints(self) -> Iterator[Kept]:
        """The checkpoints kept, oldest first; one that was cosigned later is there once more."""
        for number in range(0, self._checkpoints.size(), _STEP):
            yield from map(read_kept, self._checkpoints.read(number, _STEP))

    def last_checkpoint(self) -> Kept | None:
        """The checkpoint that was kept last."""
        size = self._checkpoints.size()
        return read_kept(self._checkpoints.read(size - 1, 1)[0]) if size else None

    def origin(self) -> str | None:
        """The log's origin, as its entries name it; none while there are none."""
        first = self.wires(0, 1)
        return str(from_json(first[0])["source"]) if first else None

    # -- writing -------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether it was made ready to write, and no write failed since."""
        return self._opened

    def open(self, watch: Callable[[], None] = _unwatched) -> None:
        """Make ready to write: cut off what a crash left half-written, add tiles that are missing.

        The first time everything is read once, and each tile compared with what is below it (some
        seconds for a million entries); ``watch`` is called meanwhile, for each tile. Later, after a
        write that failed, it is the last file alone.

        Raises:
            Damaged: files were lost or changed; nothing but a line half-written is cut off then.
        """
        with self._writing:
            self._opened = False
            self._checkpoints.recover(lambda _, line: None if is_kept(line) else "no checkpoint")
            size = self._entries.recover(
                lambda n, line: flaw_of(line, self.log, n, erased_allowed=True)
            )
            self._compare_all(size, watch)
            self._add_missing_tiles(size)
            self._rows = Rows.of(size, self._hashes)
            self.frontier = self._rows.frontier(size)
            self._opened = True

    def append(self, wires: Sequence[bytes]) -> None:
        """Append the entries that follow, which were verified; they then are on disk.

        Raises:
            Contradiction: they are not those that were here before files were lost.
            OSError: they cannot be written; the same can be appended later.
        """
        with self._writing:
            if not self._opened:
                self.open()
            wires = self._without_the_erased(wires)
            rows, frontier = self._rows.copy(), self.frontier.copy()
            full: list[Full] = []
            for leaf in (leaf_hash(leaf_of(wire)) for wire in wires):
                frontier.append_hash(leaf)
                full += rows.add(leaf, frontier.size)
            self._refuse_others(full)
            self._opened = False  # until all is written
            self._entries.append(wires)
            self._write_tiles(full)
            self._rows, self.frontier, self._opened = rows, frontier, True

    def keep(self, size: int, note: bytes, at: str) -> None:
        """Keep a checkpoint, which then is on disk."""
        with self._writing:
            if not self._opened:
                self.open()
            self._checkpoints.append([Kept(size, at, note).line()])
            write_whole(self.folder / CHECKPOINT, note)

    def erase(self, key_ids: Collection[str]) -> int:
        """Reduce entries sealed under these keys to their leaves; gives how many there were.

        So are those that are appended later, as they may have been on their way. After a crash it
        is to be asked again: what was done stays done.
        """
        wanted = {key_id.encode() for key_id in key_ids}
        with self._writing:
            self._gone |= wanted
            return sum(self._erase_in(first, wanted) for first in self._entries.firsts())

    # -- inside --------------------------------------------------------------------------------

    def _erase_in(self, first: int, key_ids: set[bytes]) -> int:
        before = self._entries.lines_of(first)
        after = [leaf_of(line) if _sealed_under(line, key_ids) else line for line in before]
        erased = sum(map(_differ, before, after))
        if erased:
            self._entries.replace(first, after)
        return erased

    def _without_the_erased(self, wires: Sequence[bytes]) -> Sequence[bytes]:
        if not self._gone:
            return wires
        return [leaf_of(wire) if _sealed_under(wire, self._gone) else wire for wire in wires]

    def _hashes(self, tile: Tile) -> list[bytes]:
        """The hashes of a tile: as written last, as stored, or from what is below it."""
        if self._opened and (written := self._rows.hashes(tile)) is not None:
            return written
        stored = self._stored(tile._replace(width=WIDTH))
        if stored is not None:
            return hashes_in(stored)[: tile.width]
        start = tile.number * WIDTH
        if tile.level == 0:
            return [leaf_hash(leaf_of(wire)) for wire in self.wires(start, tile.width)]
        below = (Tile(tile.level - 1, start + n) for n in range(tile.width))
        return [fold(self._hashes(one)) for one in below]

    def _add_missing_tiles(self, size: int) -> None:
        level = 0
        while count := size >> HEIGHT * (level + 1):
            there = count
            while there and not (self.folder / Tile(level, there - 1).path()).exists():
                there -= 1
            missing = (Tile(level, number) for number in range(there, count))
            self._write_tiles((tile, self._hashes(tile)) for tile in missing)
            level += 1

    def _compare_all(self, size: int, watch: Callable[[], None]) -> None:
        if self._compared:
            self._compare_entries(self._entries.firsts()[-1] if size else 0, size, watch)
            return
        self._entries.count()
        self._checkpoints.count()
        self._compare_entries(0, size, watch)
        self._compare_levels(size)
        self._compared = True

    def _compare_entries(self, start: int, size: int, watch: Callable[[], None]) -> None:
        """Entries whose tile is full must be those that the tile holds."""
        for number in range(start // WIDTH, size // WIDTH):
            wires = self.wires(number * WIDTH, WIDTH)
            self._compare(Tile(0, number), (leaf_hash(leaf_of(wire)) for wire in wires))
            watch()

    def _compare_levels(self, size: int) -> None:
        """A tile above must hold the roots of those below."""
        level = 1
        while count := size >> HEIGHT * (level + 1):
            for number in range(count):
                below = (Tile(level - 1, number * WIDTH + n) for n in range(WIDTH))
                self._compare(Tile(level, number), (fold(self._hashes(one)) for one in below))
            level += 1

    def _compare(self, tile: Tile, hashes: Iterable[bytes]) -> None:
        stored = self._stored(tile)
        if stored is not None and stored != b"".join(hashes):
            path = self.folder / tile.path()
            raise Damaged(f"{path}: these are not the hashes of what is below it")

    def _stored(self, tile: Tile) -> bytes | None:
        """The bytes of a full tile; ``None`` where it is not there.

        Raises:
            Damaged: it is no tile.
        """
        path = self.folder / tile.path()
        try:
            stored = path.read_bytes()
        except FileNotFoundError:
            return None
        if len(stored) != _TILE_BYTES:
            raise Damaged(f"{path}: a full tile has {_TILE_BYTES} bytes, {len(stored)} are there")
        return stored

    def _refuse_others(self, full: Iterable[Full]) -> None:
        for tile, hashes in full:
            stored = None if tile.level else self._stored(tile)
            if stored is None:
                continue
            for place, (own, other) in enumerate(zip(hashes_in(stored), hashes, strict=True)):
                if own != other:
                    raise Contradiction(self.log, tile.number * WIDTH + place)

    def _write_tiles(self, full: Iterable[Full]) -> None:
        for tile, hashes in full:
            path = self.folder / tile.path()
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, b"".join(hashes))


def _sealed_under(line: bytes, key_ids: set[bytes]) -> bool:
    found = _SEALKEY.search(line)
    return found is not None and found[1] in key_ids


def _differ(one: bytes, other: bytes) -> bool:
    return one != other
