"""The Merkle tree of a log (RFC 9162): its frontier, its proofs, and how they are verified."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

NodeReader = Callable[[int, int], bytes]
"""``node(level, index)``: the root of the complete subtree over the leaves ``index·2^level`` to
``(index+1)·2^level - 1``. Level 0 gives the hashes of leaves."""


class Unproven(ValueError):
    """A proof does not prove what it is said to prove."""


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf): the hash of one entry's leaf bytes as stored."""
    return sha256(b"\x00" + leaf).digest()


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """Like ``leaf_hash``, of many leaves without a call for each."""
    return [sha256(b"\x00" + leaf).digest() for leaf in leaves]


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The complete subtrees of a tree with ``size`` leaves, largest first; at most 64 hashes."""

    __slots__ = ("roots", "size")

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        """Take up a tree of ``size`` leaves.

        Raises:
            ValueError: the number of roots does not fit the size.
        """
        self.size = size
        self.roots = list(roots)
        if len(self.roots) != size.bit_count():
            msg = f"a tree of {size} leaves has {size.bit_count()} roots, not {len(self.roots)}"
            raise ValueError(msg)

    def append(self, leaf: bytes) -> None:
        """Add a leaf, given its bytes."""
        self.append_hash(leaf_hash(leaf))

    def append_hash(self, node: bytes) -> None:
        """Add a leaf, given its hash."""
        size = self.size
        while size & 1:
            node = node_hash(self.roots.pop(), node)
            size >>= 1
        self.roots.append(node)
        self.size += 1

    def extend(self, nodes: Sequence[bytes]) -> None:
        """Add leaves, given their hashes; many at once are cheaper than one after the other."""
        row, size, kept = list(nodes), self.size, []
        while row:  # level by level, each time with the subtree that stands before the row
            if size & 1:
                row.insert(0, self.roots.pop())
            if len(row) & 1:
                kept.append(row.pop())
            pairs = iter(row)
            row = [
                sha256(b"\x01" + left + right).digest()
                for left, right in zip(pairs, pairs, strict=True)
            ]
            size >>= 1
        self.roots += reversed(kept)
        self.size += len(nodes)

    def root(self) -> bytes:
        """The tree's root; SHA-256 of nothing for an empty tree."""
        if not self.roots:
            return EMPTY_ROOT
        node = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            node = node_hash(left, node)
        return node

    def copy(self) -> "Frontier":
        """The same frontier, to be appended to without touching this one."""
        return Frontier(self.size, self.roots)

    def to_bytes(self) -> bytes:
        """The roots, one after the other, as the head row keeps them."""
        return b"".join(self.roots)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Frontier":
        """Take up a frontier that ``to_bytes`` gave."""
        return cls(size, (data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)))


def nodes_of(leaf_hashes: Sequence[bytes]) -> NodeReader:
    """Read the nodes of a tree that is held in memory, given the hashes of its leaves."""
    levels = [list(leaf_hashes)]
    while len(levels[-1]) > 1:
        below = iter(levels[-1])
        levels.append([node_hash(left, right) for left, right in zip(below, below, strict=False)])
    return lambda level, index: levels[level][index]


def root_at(node: NodeReader, size: int) -> bytes:
    """The root of the tree's first ``size`` leaves."""
    return _root(node, 0, size) if size else EMPTY_ROOT


def inclusion_proof(node: NodeReader, index: int, size: int) -> list[bytes]:
    """Prove that leaf ``index`` is in the tree of ``size`` leaves (RFC 9162 § 2.1.3.1).

    Raises:
        ValueError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    proof, start, stop = [], 0, size
    while stop - start > 1:
        middle = start + _left_size(stop - start)
        if index < middle:
            proof.append(_root(node, middle, stop))
            stop = middle
        else:
            proof.append(_root(node, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(node: NodeReader, old: int, new: int) -> list[bytes]:
    """Prove that the tree of ``new`` leaves begins with that of ``old`` (RFC 9162 § 2.1.4.1).

    The proof is empty where nothing is to be proven: the sizes are equal, or the old tree is empty.

    Raises:
        ValueError: the old tree is larger than the new one.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with one of {old}")
    if old in {0, new}:
        return []
    proof, start, stop = [], 0, new
    while stop != old:
        middle = start + _left_size(stop - start)
        if old <= middle:
            proof.append(_root(node, middle, stop))
            stop = middle
        else:
            proof.append(_root(node, start, middle))
            start = middle
    if start:
        proof.append(_root(node, start, stop))
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Verify that the leaf with the hash ``leaf`` is number ``index`` of the tree (§ 2.1.3.2).

    Raises:
        Unproven: it is not, as far as this proof says.
    """
    if not 0 <= index < size:
        raise Unproven(f"a tree of {size} leaves has no leaf {index}")
    if not _all_hashes(proof):
        raise Unproven(f"leaf {index}: a proof is made of hashes of {HASH_BYTES} bytes")
    node, position, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            raise Unproven(f"leaf {index}: the proof is too long for a tree of {size} leaves")
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise Unproven(f"leaf {index}: the proof is too short for a tree of {size} leaves")
    if node != root:
        raise Unproven(f"leaf {index}: the proof leads to another root")


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Verify that the new tree begins with the old one (RFC 9162 § 2.1.4.2).

    Raises:
        Unproven: it does not, as far as this proof says.
    """
    if not 0 <= old <= new:
        raise Unproven(f"a tree of {new} leaves does not begin with one of {old}")
    if not _all_hashes(proof):
        raise Unproven(f"a proof is made of hashes of {HASH_BYTES} bytes")
    if old in {0, new}:
        _verify_trivial(old, old_root, new, new_root, proof)
        return
    _verify_growth(old, old_root, new, new_root, proof)


def _verify_trivial(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    if proof:
        raise Unproven(f"from {old} to {new} leaves nothing is to be proven, yet there is a proof")
    if old == 0 and old_root != EMPTY_ROOT:
        raise Unproven("an empty tree has the root of nothing")
    if old == new and old_root != new_root:
        raise Unproven(f"two trees of {new} leaves have different roots")


def _verify_growth(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    # A complete old tree is itself the first node; the proof then leaves it out.
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    if not path:
        raise Unproven(f"the proof from {old} to {new} leaves is empty")
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Unproven(f"the proof is too long for {old} to {new} leaves")
        if position & 1 or position == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise Unproven(f"the proof is too short for {old} to {new} leaves")
    if before != old_root:
        raise Unproven(f"the tree of {new} leaves does not begin with the old one of {old}")
    if after != new_root:
        raise Unproven(f"the proof does not lead to the root of the tree of {new} leaves")


def _left_size(size: int) -> int:
    """The largest power of two that is smaller than ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _root(node: NodeReader, start: int, stop: int) -> bytes:
    size = stop - start
    if size & size - 1 == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _left_size(size)
    return node_hash(_root(node, start, middle), _root(node, middle, stop))


def _all_hashes(proof: Sequence[bytes]) -> bool:
    return all(len(node) == HASH_BYTES for node in proof)
