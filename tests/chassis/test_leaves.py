"""Entries read fast are those that the contracts read, and nothing else is one."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.chassis.store import leaves
from staffel_contracts import envelope
from staffel_contracts.envelope import Entry, Leaf, Unreadable, data_hash, leaf_bytes, wire

DATA = b"\x00sealed\xff"
LEAF = leaf_bytes(
    Leaf(
        id="toy/7",
        source="test/toy",
        type="visited.v1",
        subject="a",
        time="2026-03-02T09:00:00.000000Z",
        validon=None,
        index=7,
        district="12069",
        actor="clerk",
        actorrole="clerk",
        cause="gossip/1",
        basis="§ 10 AsylbLG",
        sealkey="k",
        keycommitment="c",
        datahash=data_hash(DATA),
    )
)
SEALED = wire(LEAF, DATA, sealed=True)
OPEN = wire(LEAF.replace(data_hash(DATA).encode(), data_hash(b"{}").encode()), b"{}", sealed=False)

TOKENS = (
    *(
        b'"',
        b"\\",
        b"{",
        b"}",
        b",",
        b":",
        b"null",
        b"1.0",
        b"7e0",
        b"-0",
        b"07",
        b"9" * 30,
        b"NaN",
    ),
    *(
        b"\xff",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"\\u0000",
        b"\xef\xbb\xbf",
        b"\n",
        b"\x00",
    ),
    *(b',"data":{}', b',"data_base64":"AA=="', b',"index":8', b',"subject":null', b',"x":[[{}]]'),
    *(b"A", b"=", b" ", b'"}', b"true", b"[]"),
)
EDITS = st.tuples(st.integers(0, 700), st.integers(0, 30), st.sampled_from(TOKENS))


def told(read: Callable[[bytes], Entry], line: bytes) -> Entry | str:
    try:
        return read(line)
    except Unreadable as error:
        return str(error)


def edited(line: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, count, token in edits:
        at = place % (len(line) + 1)
        line = line[:at] + token + line[at + count :]
    return line


@pytest.mark.parametrize("line", [LEAF, SEALED, OPEN], ids=["erased", "sealed", "open"])
def test_a_line_as_it_is_written_is_read_as_the_contracts_read_it(line: bytes) -> None:
    assert leaves.read(line) == envelope.read(line)


def test_what_is_sealed_is_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(envelope, "read")
    monkeypatch.delattr(envelope, "read_stored")

    assert leaves.read(SEALED) == leaves.read_stored(LEAF, DATA)


@pytest.mark.parametrize("index", ["7.0", "7e0", "-0", "07", '"7"', "null", "true", "9" * 30, "[]"])
def test_an_index_is_read_as_the_contracts_read_it(index: str) -> None:
    line = SEALED.replace(b'"index":7', b'"index":' + index.encode())

    assert told(leaves.read, line) == told(envelope.read, line)


@pytest.mark.parametrize(
    "line",
    [
        SEALED.replace(b'"}', b'","cause":"other/2"}'),
        SEALED.replace(b'"basis":"', b'"basis":{"x":"1","data_base64":"AA=="},"y":"'),
        SEALED.replace(b'=="}', b'="}'),
        SEALED.replace(b'"}', b'\\n"}'),
        SEALED.replace(b'"subject":"a"', b'"subject":"\xff"'),
        SEALED.replace(b'"actor":"clerk"', b'"actor":"clerk","actor":"other"'),
        SEALED.replace(b'"specversion":"1.0"', b'"specversion":"\xff"'),
        SEALED[:-1],
        SEALED + b"}",
        b"",
    ],
)
def test_an_odd_line_is_read_as_the_contracts_read_it(line: bytes) -> None:
    assert told(leaves.read, line) == told(envelope.read, line)


@example(SEALED, [(0, 0, b" ")])
@given(st.sampled_from([LEAF, SEALED, OPEN]), st.lists(EDITS, min_size=1, max_size=4))
def test_a_line_that_was_altered_is_read_as_the_contracts_read_it(
    line: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    altered = edited(line, edits)

    assert told(leaves.read, altered) == told(envelope.read, altered)


@given(st.sampled_from([None, DATA, b"other"]), st.lists(EDITS, max_size=4))
def test_a_stored_leaf_that_was_altered_is_read_as_the_contracts_read_it(
    data: bytes | None, edits: list[tuple[int, int, bytes]]
) -> None:
    altered = edited(LEAF, edits)

    found = told(lambda line: leaves.read_stored(line, data), altered)

    assert found == told(lambda line: envelope.read_stored(line, data), altered)
