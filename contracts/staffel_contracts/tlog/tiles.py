"""Tiles (C2SP tlog-tiles): a tree as files of up to 256 hashes, which never change when full."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from staffel_contracts.tlog.tree import HASH_BYTES, NodeReader, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
CHECKPOINT = "checkpoint"
"""Where the newest checkpoint stands, beside the folder ``tile``."""
_TILE = re.compile(r"tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_TOP_LEVEL = 63
_KEPT_TILES = 128


class NoTile(ValueError):
    """A path names no tile, or a tile does not hold what its path says."""


class Tile(NamedTuple):
    """A tile: its level, its number in the level, and how many hashes it has (1 to 256).

    Hash *i* of tile *n* at level *l* is the root over the leaves from ``(n·256 + i)·256^l`` on,
    ``256^l`` of them.
    """

    level: int
    number: int
    width: int = WIDTH

    def path(self) -> str:
        """The path of a hash tile, such as ``tile/0/x001/234/067`` or ``tile/1/000.p/17``."""
        return f"tile/{self.level}/{_spell(self.number, self.width)}"

    def entries_path(self) -> str:
        """The path of the entries under a tile of level 0, as JSON Lines of wire lines.

        C2SP's own form of entries is length-prefixed and lives under ``tile/entries/``; lines in a
        form of their own have to live elsewhere.
        """
        return f"tile/lines/{_spell(self.number, self.width)}"

    def encode(self, node: NodeReader) -> bytes:
        """The tile's bytes: its hashes, one after the other."""
        start = self.number * WIDTH
        return b"".join(node(self.level * HEIGHT, start + i) for i in range(self.width))


def read_path(path: str) -> Tile:
    """Read the path of a hash tile.

    Raises:
        NoTile: it is none.
    """
    match = _TILE.fullmatch(path)
    level, number, width = match.groups() if match else ("64", "", None)
    if int(level) > _TOP_LEVEL or int(width or 1) >= WIDTH:
        raise NoTile(f"{path[:80]!r} is no path of a tile")
    tile = Tile(int(level), int(re.sub("[x/]", "", number)), int(width or WIDTH))
    if tile.path() != path:
        raise NoTile(f"{path[:80]!r} is no path of a tile")
    return tile


def tiles_of(size: int, before: int = 0) -> Iterator[Tile]:
    """The tiles of a tree of ``size`` leaves that one of ``before`` leaves did not have."""
    level, now, then = 0, size, before
    while now:
        for number in range(then // WIDTH, now // WIDTH):
            yield Tile(level, number)
        if now % WIDTH and now != then:
            yield Tile(level, now // WIDTH, now % WIDTH)
        level, now, then = level + 1, now // WIDTH, then // WIDTH


def tile_nodes(read: Callable[[str], bytes], size: int) -> NodeReader:
    """Read nodes of the tree of ``size`` leaves from its tiles; ``read`` gives the file at a path.

    A partial tile may be replaced by a wider one, whose first hashes are the same. The reader
    raises ``NoTile`` where a tile is not as long as its path says.
    """

    @lru_cache(maxsize=_KEPT_TILES)
    def hashes(level: int, number: int) -> bytes:
        width = min(WIDTH, (size >> HEIGHT * level) - number * WIDTH)
        tile = Tile(level, number, width)
        data = read(tile.path())
        if len(data) != width * HASH_BYTES:
            raise NoTile(f"{tile.path()}: {width * HASH_BYTES} bytes expected, {len(data)} there")
        return data

    def node(level: int, index: int) -> bytes:
        below = level % HEIGHT
        first = index << below
        data = hashes(level // HEIGHT, first // WIDTH)
        start = first % WIDTH * HASH_BYTES
        row = [
            data[at : at + HASH_BYTES]
            for at in range(start, start + (HASH_BYTES << below), HASH_BYTES)
        ]
        while len(row) > 1:
            pairs = iter(row)
            row = [node_hash(left, right) for left, right in zip(pairs, pairs, strict=True)]
        return row[0]

    return node


def _spell(number: int, width: int) -> str:
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join([*("x" + part for part in parts[:-1]), parts[-1]])
    return name if width == WIDTH else f"{name}.p/{width}"
