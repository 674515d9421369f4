"""Log entries made of nothing, for tests that carry lines and do not look into them."""

from collections.abc import Sequence

from staffel_contracts.envelope import Leaf, data_hash, leaf_bytes, wire


def make_wire(log: str, index: int, *, type_: str = "case-opened.v1", size: int = 120) -> bytes:
    """Make the wire line of an entry whose sealed data has `size` bytes."""
    data = f"{log}/{index} ".encode().ljust(size, b"x")
    return wire(leaf_bytes(_leaf(log, index, type_, data)), data, sealed=True)


def make_open_wire(log: str, index: int, data: bytes = b'{"district":"12069"}') -> bytes:
    """Make the wire line of an entry with open data."""
    return wire(leaf_bytes(_leaf(log, index, "quota-set.v1", data)), data, sealed=False)


def make_wires(log: str, start: int, end: int, *, size: int = 120) -> list[bytes]:
    """Make the wire lines of the entries `start` up to but without `end`."""
    types = ("case-opened.v1", "task-set.v1", "handover-sheet-completed.v1")
    return [make_wire(log, n, type_=types[n % 3], size=size) for n in range(start, end)]


class ListSource:
    """A log held in a list: the edge of the transport."""

    def __init__(self, wires: Sequence[bytes] = ()) -> None:
        """Begin with `wires`."""
        self.lines = list(wires)

    def size(self) -> int:
        """Return the number of entries."""
        return len(self.lines)

    def wires(self, start: int, limit: int) -> list[bytes]:
        """Return up to `limit` lines from `start` on."""
        return self.lines[start : start + limit]


def _leaf(log: str, index: int, type_: str, data: bytes) -> Leaf:
    return Leaf(
        id=f"{log}/{index}",
        source="staffel.example/platform",
        type=type_,
        subject=f"case-{index % 97}",
        time="2026-11-23T08:00:00.000000Z",
        validon="2026-12-01",
        index=index,
        district="12069",
        actor="a-17",
        actorrole="caseworker",
        cause=f"cmd/{index}",
        basis="§ 1 Abs. 3 AsylbLG",
        sealkey="k-1",
        keycommitment="0" * 64,
        datahash=data_hash(data),
    )
