"""The frontier is the tree of RFC 9162."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from services.chassis.merkle import Frontier


def oracle(leaves: list[bytes]) -> bytes:
    tree = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        tree.append_entry(leaf)
    return bytes(tree.get_root())


def test_every_size_to_three_hundred_has_the_root_of_an_independent_tree() -> None:
    tree, frontier = InmemoryTree(algorithm="sha256"), Frontier()

    for n in range(300):
        leaf = b"leaf %d" % n
        tree.append_entry(leaf)
        frontier.append(leaf)
        assert frontier.root() == bytes(tree.get_root())


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert Frontier().root().hex() == empty


def test_a_single_leaf_is_hashed_with_the_prefix_of_leaves() -> None:
    frontier = Frontier()

    frontier.append(b"")

    assert (
        frontier.root().hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


@given(st.lists(st.binary(max_size=40), max_size=60), st.integers(0, 60))
def test_a_frontier_can_be_put_down_and_taken_up_anywhere(leaves: list[bytes], at: int) -> None:
    frontier = Frontier()
    for number, leaf in enumerate(leaves):
        if number == at:
            frontier = Frontier.from_bytes(frontier.size, frontier.to_bytes())
        frontier.append(leaf)

    assert frontier.root() == (oracle(leaves) if leaves else Frontier().root())


def test_a_frontier_with_a_root_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves has 2 roots, not 1"):
        Frontier(3, [b"x" * 32])


def test_appending_to_a_copy_leaves_the_first_untouched() -> None:
    frontier = Frontier()
    frontier.append(b"a")
    before = frontier.root()

    frontier.copy().append(b"b")

    assert frontier.root() == before
