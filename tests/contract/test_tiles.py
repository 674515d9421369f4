"""Tiles hold the whole tree in files that never change once they are full."""

import pytest

from staffel_contracts.tlog.tiles import NoTile, Tile, read_path, tile_nodes, tiles_of
from staffel_contracts.tlog.tree import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    nodes_of,
    root_at,
)

SIZE = 70_000
LEAVES = [leaf_hash(b"%d" % n) for n in range(SIZE)]
NODE = nodes_of(LEAVES)


def files(size: int, before: int = 0) -> dict[str, bytes]:
    return {tile.path(): tile.encode(NODE) for tile in tiles_of(size, before)}


def test_a_tree_has_the_tiles_that_the_standard_counts_for_it() -> None:
    tiles = list(tiles_of(SIZE))

    full = [sum(t.width == 256 for t in tiles if t.level == level) for level in range(3)]
    partial = [t for t in tiles if t.width < 256]
    assert full == [273, 1, 0]
    assert partial == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 1, 17), "tile/1/001.p/17"),
        (Tile(63, 999), "tile/63/999"),
        (Tile(2, 1000, 255), "tile/2/x001/000.p/255"),
    ],
)
def test_a_path_is_spelt_as_the_standard_spells_it(tile: Tile, path: str) -> None:
    assert tile.path() == path
    assert read_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/64/000",
        "tile/00/000",
        "tile/0/00",
        "tile/0/x000/001",
        "tile/0/001/234",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/../../etc/passwd",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "",
    ],
)
def test_what_is_no_path_of_a_tile_is_refused(path: str) -> None:
    with pytest.raises(NoTile, match="no path of a tile"):
        read_path(path)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65535, 65536, 65537, SIZE])
def test_tiles_give_the_roots_and_proofs_of_the_whole_tree(size: int) -> None:
    node = tile_nodes(files(size).__getitem__, size)

    assert root_at(node, size) == root_at(NODE, size)
    for at in {0, size // 2, size // 3, size - 1}:
        assert inclusion_proof(node, at, size) == inclusion_proof(NODE, at, size)
        assert consistency_proof(node, at, size) == consistency_proof(NODE, at, size)


@pytest.mark.parametrize(
    ("before", "size"), [(0, 1), (255, 256), (255, 257), (256, 600), (600, 65536), (65536, SIZE)]
)
def test_what_a_larger_tree_adds_completes_the_tiles_of_the_smaller(before: int, size: int) -> None:
    both = files(before) | files(size, before)

    assert files(size).items() <= both.items()
    assert not {t for t in tiles_of(size, before) if t.width == 256} & set(tiles_of(before))


def test_nothing_is_added_where_nothing_grew() -> None:
    assert not list(tiles_of(1000, 1000))


def test_a_tile_that_is_cut_short_is_refused() -> None:
    node = tile_nodes(lambda path: files(300)[path][:-1], 300)

    with pytest.raises(NoTile, match="tile/0/000: 8192 bytes expected, 8191 there"):
        node(0, 0)
