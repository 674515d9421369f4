"""The right edge of a tree in rows of tiles: what is not yet a full tile, level by level."""

from collections.abc import Callable, Sequence

from staffel_contracts.tlog.tiles import HEIGHT, WIDTH, Tile
from staffel_contracts.tlog.tree import HASH_BYTES, Frontier, node_hash

Full = tuple[Tile, list[bytes]]
"""A tile that just became full, and its hashes."""


class Rows:
    """Per level the hashes since the last full tile: fewer than 256 in each row."""

    def __init__(self, rows: Sequence[Sequence[bytes]] = ()) -> None:
        """Take up rows, the lowest level first."""
        self._rows = [list(row) for row in rows]

    @classmethod
    def of(cls, size: int, hashes: Callable[[Tile], list[bytes]]) -> "Rows":
        """The rows of a tree of ``size`` leaves whose tiles ``hashes`` reads."""
        rows: list[list[bytes]] = []
        while count := size >> HEIGHT * len(rows):
            width = count % WIDTH
            rows.append(hashes(Tile(len(rows), count // WIDTH, width)) if width else [])
        return cls(rows)

    def copy(self) -> "Rows":
        """The same rows, to be added to without touching these."""
        return Rows(self._rows)

    def hashes(self, tile: Tile) -> list[bytes] | None:
        """The hashes of a tile that is not full yet; none where these rows do not have them."""
        row = self._rows[tile.level] if tile.level < len(self._rows) else []
        size = sum(len(one) << HEIGHT * level for level, one in enumerate(self._rows))
        is_last = tile.number == size >> HEIGHT * (tile.level + 1)
        return row[: tile.width] if is_last and tile.width <= len(row) else None

    def add(self, leaf: bytes, size: int) -> list[Full]:
        """Add the leaf that makes the tree ``size`` large; gives the tiles that it fills."""
        full: list[Full] = []
        node, level = leaf, 0
        while True:
            if level == len(self._rows):
                self._rows.append([])
            row = self._rows[level]
            row.append(node)
            if len(row) < WIDTH:
                return full
            level += 1
            full.append((Tile(level - 1, (size >> HEIGHT * level) - 1), row))
            node = fold(row)
            self._rows[level - 1] = []

    def frontier(self, size: int) -> Frontier:
        """The frontier of the tree."""
        roots: list[bytes] = []
        for row in reversed(self._rows):
            at = 0
            for bit in reversed(range(HEIGHT)):
                if len(row) >> bit & 1:
                    roots.append(fold(row[at : at + (1 << bit)]))
                    at += 1 << bit
        return Frontier(size, roots)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    row = list(hashes)
    while len(row) > 1:
        pairs = iter(row)
        row = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
    return row[0]


def hashes_in(tile: bytes) -> list[bytes]:
    """The hashes of a tile's bytes."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
