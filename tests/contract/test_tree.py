"""The tree is that of RFC 9162: its frontier, its proofs, and what is no proof."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from staffel_contracts.tlog.tree import (
    EMPTY_ROOT,
    Frontier,
    NodeReader,
    Unproven,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_of,
    root_at,
    verify_consistency,
    verify_inclusion,
)

SIZES = 300
LEAVES = [leaf_hash(b"leaf %d" % n) for n in range(SIZES)]
NODE = nodes_of(LEAVES)
ROOTS = [root_at(NODE, size) for size in range(SIZES + 1)]
# The vectors that implementations of RFC 6962 share.
SHARED = [
    leaf_hash(bytes.fromhex(leaf))
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
SHARED_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
_A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
_B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
_C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
_D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
_E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
_F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"


def oracle(leaves: list[bytes]) -> bytes:
    tree = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        tree.append_entry(leaf)
    return bytes(tree.get_root())


def test_every_size_to_three_hundred_has_the_root_of_an_independent_tree() -> None:
    tree, frontier = InmemoryTree(algorithm="sha256"), Frontier()

    for n in range(SIZES):
        leaf = b"leaf %d" % n
        tree.append_entry(leaf)
        frontier.append(leaf)
        assert frontier.root() == bytes(tree.get_root()) == ROOTS[n + 1]
        assert frontier.size == n + 1


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


@given(st.lists(st.integers(0, 70), max_size=8))
def test_leaves_added_at_once_are_those_added_one_by_one(pieces: list[int]) -> None:
    frontier, singly = Frontier(), Frontier()
    for count in pieces:
        hashes = LEAVES[frontier.size : frontier.size + count]
        frontier.extend(hashes)
        for leaf in hashes:
            singly.append_hash(leaf)
        assert (frontier.size, frontier.roots) == (singly.size, singly.roots)

    assert frontier.root() == ROOTS[frontier.size]


def test_a_frontier_with_a_root_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves has 2 roots, not 1"):
        Frontier(3, [b"x" * 32])


def test_appending_to_a_copy_leaves_the_first_untouched() -> None:
    frontier = Frontier()
    frontier.append(b"a")
    before = frontier.root()

    frontier.copy().append(b"b")

    assert frontier.root() == before


@pytest.mark.parametrize("size", range(1, 9))
def test_shared_vectors_give_their_roots(size: int) -> None:
    assert root_at(nodes_of(SHARED), size).hex() == SHARED_ROOTS[size - 1]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (0, 8, [_A, _B, _C]),
        (5, 8, [_D, _E, SHARED_ROOTS[3]]),
        (2, 3, [SHARED_ROOTS[1]]),
        (1, 5, [SHARED_ROOTS[0], _B, _D]),
    ],
)
def test_shared_vectors_give_their_inclusion_proofs(
    index: int, size: int, proof: list[str]
) -> None:
    found = inclusion_proof(nodes_of(SHARED), index, size)

    assert [node.hex() for node in found] == proof


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [(1, 1, []), (1, 8, [_A, _B, _C]), (6, 8, [_F, _E, SHARED_ROOTS[3]]), (2, 5, [_B, _D])],
)
def test_shared_vectors_give_their_consistency_proofs(old: int, new: int, proof: list[str]) -> None:
    found = consistency_proof(nodes_of(SHARED), old, new)

    assert [node.hex() for node in found] == proof


def test_every_leaf_of_every_size_is_proven_as_an_independent_tree_proves_it() -> None:
    tree = InmemoryTree(algorithm="sha256")
    for size in range(1, SIZES + 1):
        tree.append_entry(b"leaf %d" % (size - 1))
        for index in range(size):
            proof = inclusion_proof(NODE, index, size)
            verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            if index % 29 == size % 29:  # the other tree is slow
                assert sorted(proof) == sorted(other_proof(tree, index))


def other_proof(tree: InmemoryTree, index: int) -> list[bytes]:
    path = tree.prove_inclusion(index + 1).serialize()["path"]
    own = LEAVES[index].hex()
    assert own in path
    return [bytes.fromhex(node) for node in path if node != own]


def test_every_size_is_proven_to_begin_with_every_smaller_one() -> None:
    for new in range(SIZES + 1):
        for old in range(new + 1):
            proof = consistency_proof(NODE, old, new)
            verify_consistency(old, ROOTS[old], new, ROOTS[new], proof)


def broken(proof: list[bytes]) -> list[list[bytes]]:
    """Everything that one would try with a proof."""
    flipped = [
        [*proof[:i], bytes([node[0] ^ 1]) + node[1:], *proof[i + 1 :]]
        for i, node in enumerate(proof)
    ]
    dropped = [[*proof[:i], *proof[i + 1 :]] for i in range(len(proof))]
    swapped = [[*proof[:i], proof[i + 1], proof[i], *proof[i + 2 :]] for i in range(len(proof) - 1)]
    longer = [[*proof, EMPTY_ROOT], [EMPTY_ROOT, *proof], [*proof, b""], [*proof, b"short"]]
    return flipped + dropped + swapped + longer


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 64, 65, 100])
def test_a_broken_inclusion_proof_proves_nothing(size: int) -> None:
    for index in range(size):
        for proof in broken(inclusion_proof(NODE, index, size)):
            with pytest.raises(Unproven):
                verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


@pytest.mark.parametrize("new", [2, 3, 7, 8, 9, 64, 65, 100])
def test_a_broken_consistency_proof_proves_nothing(new: int) -> None:
    for old in range(new + 1):
        for proof in broken(consistency_proof(NODE, old, new)):
            with pytest.raises(Unproven):
                verify_consistency(old, ROOTS[old], new, ROOTS[new], proof)


def test_a_proof_of_another_length_proves_nothing_though_it_leads_to_the_root_told() -> None:
    leaf, extra = LEAVES[:2]

    for size, proof, root in (
        (1, [extra], node_hash(extra, leaf)),
        (2, [], leaf),
        (2, [b"short"], node_hash(leaf, b"short")),
    ):
        with pytest.raises(Unproven):
            verify_inclusion(leaf, 0, size, proof, root)


def test_growth_is_not_proven_by_a_proof_of_another_length_that_leads_to_both_roots() -> None:
    a, b, c, d = LEAVES[:4]
    old, new = node_hash(c, a), node_hash(c, node_hash(a, b))

    verify_consistency(3, old, 4, new, [a, b, c])
    for size, proof, before, after in (
        (4, [a, b, c, d], node_hash(d, old), node_hash(d, new)),
        (4, [a, b], a, node_hash(a, b)),
        (4, [a, b[:31], c], old, node_hash(c, node_hash(a, b[:31]))),
        (5, [], a, a),
    ):
        with pytest.raises(Unproven):
            verify_consistency(3, before, size, after, proof)
    with pytest.raises(Unproven):
        verify_consistency(1, a, 2, a, [])


@given(st.integers(2, SIZES), st.data())
def test_a_proof_of_one_leaf_proves_no_other(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
    proof = inclusion_proof(NODE, index, size)

    with pytest.raises(Unproven):
        verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
    with pytest.raises(Unproven):
        verify_inclusion(LEAVES[other], index, size, proof, ROOTS[size])


def forked(at: int) -> NodeReader:
    """The tree with another leaf at one place."""
    return nodes_of([*LEAVES[:at], leaf_hash(b"another story"), *LEAVES[at + 1 :]])


@given(st.integers(1, SIZES), st.data())
def test_a_rewritten_tree_does_not_begin_with_the_old_one(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    fork = forked(data.draw(st.integers(0, old - 1)))
    proof, root = consistency_proof(fork, old, new), root_at(fork, new)

    with pytest.raises(Unproven):
        verify_consistency(old, ROOTS[old], new, root, proof)


def test_a_smaller_tree_is_never_consistent_with_a_larger_one() -> None:
    with pytest.raises(Unproven, match="3 leaves does not begin with one of 4"):
        verify_consistency(4, ROOTS[4], 3, ROOTS[3], [])
    with pytest.raises(ValueError, match="3 leaves does not begin with one of 4"):
        consistency_proof(NODE, 4, 3)


def test_an_empty_tree_has_its_own_root_and_no_other() -> None:
    with pytest.raises(Unproven, match="root of nothing"):
        verify_consistency(0, ROOTS[1], 3, ROOTS[3], [])


def test_a_leaf_beyond_the_tree_cannot_be_proven() -> None:
    for index in (-1, 3):
        with pytest.raises(ValueError, match=f"3 leaves has no leaf {index}"):
            inclusion_proof(NODE, index, 3)
        with pytest.raises(Unproven, match=f"3 leaves has no leaf {index}"):
            verify_inclusion(LEAVES[0], index, 3, [], ROOTS[3])
