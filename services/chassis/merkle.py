"""The Merkle tree of a log as its frontier: the roots of its complete subtrees (RFC 9162)."""

from collections.abc import Iterable
from hashlib import sha256


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 ‖ leaf): the hash of one entry's leaf bytes as stored."""
    return sha256(b"\x00" + leaf).digest()


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
        node, size = leaf_hash(leaf), self.size
        while size & 1:
            node = node_hash(self.roots.pop(), node)
            size >>= 1
        self.roots.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The tree's root; SHA-256 of nothing for an empty tree."""
        if not self.roots:
            return sha256(b"").digest()
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
        return cls(size, (data[i : i + 32] for i in range(0, len(data), 32)))
