"""Transport reads place, type and leaf of a line, and knows a line that is not whole."""

import pytest

from services.chassis.store.source import Fresh, within_bytes
from services.chassis.transport.wire import NoEntry, flaw_of, leaf_of, place_of, type_of
from tests.support.wires import make_open_wire, make_wire

SEALED = make_wire("casework", 17, type_="task-set.v1")
OPEN = make_open_wire("casework", 17, b'{"a":{"data":1,"data_base64":"x"}}')
ERASED = leaf_of(SEALED)


def test_the_place_is_read_from_the_fixed_beginning() -> None:
    assert place_of(SEALED) == ("casework", 17)


def test_the_place_in_a_shard_names_the_shard() -> None:
    assert place_of(make_wire("jobcenter_bridge/3", 1042)) == ("jobcenter_bridge/3", 1042)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        SEALED[1:],
        SEALED.replace(b"casework/17", b"casework/-1"),
        SEALED.replace(b"casework/17", b"casework/1_7"),
        SEALED.replace(b"casework/17", b"casework"),
        SEALED.replace(b"casework/17", b"casework/9999999999999999999"),
    ],
)
def test_a_line_that_begins_otherwise_has_no_place(line: bytes) -> None:
    with pytest.raises(NoEntry):
        place_of(line)


def test_the_type_is_read_as_it_stands() -> None:
    assert type_of(SEALED) == "task-set.v1"


@pytest.mark.parametrize("bad", [b"a b", b"a.>", b"*", b".a", b"a..b", b""])
def test_a_type_that_is_no_subject_is_refused(bad: bytes) -> None:
    with pytest.raises(NoEntry):
        type_of(SEALED.replace(b"task-set.v1", bad))


@pytest.mark.parametrize("line", [SEALED, OPEN])
def test_the_leaf_is_the_line_without_its_data(line: bytes) -> None:
    leaf = leaf_of(line)

    assert leaf.endswith(b'"}')
    assert b'"datahash"' in leaf
    assert b'"data' not in leaf.replace(b'"datahash"', b"").replace(b'"datacontenttype"', b"")
    assert leaf_of(leaf) == leaf


@pytest.mark.parametrize("line", [SEALED, OPEN])
def test_a_whole_line_has_no_flaw(line: bytes) -> None:
    assert flaw_of(line, "casework", 17) is None


def test_a_line_without_data_is_whole_only_at_its_sayer() -> None:
    assert flaw_of(ERASED, "casework", 17) == "the line has no data"
    assert flaw_of(ERASED, "casework", 17, erased_allowed=True) is None


def test_a_line_of_another_place_has_a_flaw() -> None:
    assert flaw_of(SEALED, "casework", 18) == "the line is another entry"
    assert flaw_of(SEALED, "intake", 17) == "the line is another entry"


@pytest.mark.parametrize("position", range(20, len(SEALED), 7))
def test_a_changed_byte_never_passes_for_the_same_entry_with_other_data(position: int) -> None:
    changed = bytearray(SEALED)
    changed[position] ^= 0x01
    line = bytes(changed)

    flawless = flaw_of(line, "casework", 17) is None

    assert not flawless or line[len(ERASED) :] == SEALED[len(ERASED) :]


def test_fresh_entries_are_forgotten_once_they_are_behind() -> None:
    fresh = Fresh(limit=4)
    fresh.add(10, [b"a", b"b", b"c"])

    assert fresh.since(11, 5) == [b"b", b"c"]
    assert fresh.since(10, 5) == []


def test_fresh_entries_are_kept_only_without_a_gap_and_while_there_is_room() -> None:
    fresh = Fresh(limit=4)
    fresh.add(0, [b"a", b"b", b"c"])
    fresh.add(5, [b"f"])
    fresh.add(3, [b"d", b"e"])

    assert fresh.since(0, 9) == [b"a", b"b", b"c"]


def test_fresh_entries_begin_anew_where_they_were_used_up() -> None:
    fresh = Fresh(limit=4)
    fresh.add(0, [b"a"])
    fresh.since(1, 9)
    fresh.add(7, [b"h"])

    assert fresh.since(7, 9) == [b"h"]


def test_a_batch_of_bounded_size_holds_at_least_one_entry() -> None:
    assert within_bytes([b"xxxx", b"x"], 3) == [b"xxxx"]
    assert within_bytes([b"xx", b"x", b"x"], 3) == [b"xx", b"x"]
    assert within_bytes([], 3) == []
