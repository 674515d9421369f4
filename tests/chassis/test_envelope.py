"""Entries as lines: what is hashed is what is stored, and what is wrong is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffel_contracts.envelope import Leaf, Unreadable, data_hash, leaf_bytes, read, wire

DATA = b'{"on":"2026-03-02"}'


def leaf(**other: object) -> Leaf:
    values = {
        "id": "toy/7",
        "source": "test/toy",
        "type": "visited.v1",
        "subject": "a",
        "time": "2026-03-02T09:00:00.000000Z",
        "validon": None,
        "index": 7,
        "district": "12069",
        "actor": "clerk",
        "actorrole": "clerk",
        "cause": "gossip/1",
        "basis": "§ 10 AsylbLG",
        "sealkey": None,
        "keycommitment": None,
        "datahash": data_hash(DATA),
    }
    return Leaf(**(values | other))  # type: ignore[arg-type]


def test_an_open_line_gives_its_leaf_and_data_back() -> None:
    line = wire(leaf_bytes(leaf()), DATA, sealed=False)

    assert read(line) == (leaf(), DATA)


@given(st.binary(max_size=200))
def test_a_sealed_line_gives_its_data_back(data: bytes) -> None:
    sealed = leaf(sealkey="k", keycommitment="c", datahash=data_hash(data))

    line = wire(leaf_bytes(sealed), data, sealed=True)

    assert read(line) == (sealed, data)


def test_an_erased_line_is_its_leaf() -> None:
    stored = leaf_bytes(leaf())

    assert wire(stored, None, sealed=True) == stored
    assert read(stored) == (leaf(), None)


def test_the_leaf_begins_with_its_place() -> None:
    assert leaf_bytes(leaf()).startswith(b'{"specversion":"1.0","id":"toy/7",')


@given(st.integers(0, 400), st.integers(1, 255))
def test_a_changed_byte_never_reads_as_other_data(place: int, change: int) -> None:
    line = bytearray(wire(leaf_bytes(leaf()), DATA, sealed=False))
    line[place % len(line)] ^= change

    try:
        entry = read(bytes(line))
    except Unreadable:
        return
    assert entry.data in (DATA, None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'"text"', "not a JSON object"),
        (b"[" * 5000, "not JSON"),
        (b'{"id":7}', "attribute id: a str is expected"),
        (leaf_bytes(leaf()).replace(b'"index":7', b'"index":"7"'), "attribute index: a int"),
        (wire(leaf_bytes(leaf()), b'{"on":"canary"}', sealed=False), "toy/7: the data is not"),
        (wire(leaf_bytes(leaf()), DATA, sealed=True).replace(b"eyJ", b"ey!"), "not base64"),
    ],
)
def test_a_broken_line_names_the_rule_and_not_its_content(line: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as told:
        read(line)

    assert "canary" not in str(told.value)
