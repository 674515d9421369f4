"""What is no bundle, or one made to hurt, is refused with a reason and without a trace."""

import os
import struct
import tracemalloc
import zipfile
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffel_contracts.audit import container
from staffel_contracts.audit.bundle import write_bundle
from staffel_contracts.audit.container import NotABundle
from staffel_contracts.audit.findings import Code
from staffel_contracts.audit.lines import (
    MAX_BYTES,
    BadLine,
    Place,
    attributes,
    is_committed,
    sealed_in_place,
    split,
)
from staffel_contracts.audit.verify import verify_bundle
from tests.support.bundles import ORIGIN, MadeLog, bundle_of, story
from tests.support.tampering import Members, members_of, packed

LOG = "log/intake"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Members:
    """A bundle that holds."""
    path = tmp_path_factory.mktemp("good") / "bundle"
    write_bundle(path, bundle_of({"intake": story(2)["intake"]}))
    return members_of(path)


def refused(path: Path, data: bytes) -> str:
    """Why it is refused."""
    path.write_bytes(data)
    with pytest.raises(NotABundle) as error:
        verify_bundle(path)
    return str(error.value)


def compressed(members: Members) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_zip_bomb_is_refused_unopened(good: Members, tmp_path: Path) -> None:
    bomb = compressed(good | {f"{LOG}/entries.jsonl": b"0" * 50_000_000})

    assert len(bomb) < 100_000
    assert "compressed" in refused(tmp_path / "b", bomb)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "log/intake/../../x",
        "log\\intake\\checkpoint",
        "log/INTAKE/checkpoint",
        "rules/a/b",
        "rules/..",
        "manifest.json/",
        "C:x",
        "rules/" + "x" * 300,
        "notes.txt",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, good: Members, tmp_path: Path) -> None:
    assert "no member called" in refused(tmp_path / "b", packed(good | {name: b"x"}))


def test_two_members_of_one_name_are_refused(good: Members, tmp_path: Path) -> None:
    data = packed(good | {"rules/a": b"1", "rules/b": b"2"})

    assert "same name" in refused(tmp_path / "b", data.replace(b"rules/b", b"rules/a"))


@pytest.mark.parametrize(
    "wrap",
    [
        lambda data: b"#!/bin/sh\n" + data,
        lambda data: data + b"something",
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda _: b"",
        lambda _: b"PK",
        lambda _: b"\x00" * 1000,
        lambda data: data.replace(b"PK\x01\x02", b"PK\x01\x03"),
    ],
    ids=["before", "after", "one less", "half", "empty", "two bytes", "zeroes", "directory"],
)
def test_what_stands_around_or_is_cut_off_is_refused(
    wrap: Callable[[bytes], bytes], good: Members, tmp_path: Path
) -> None:
    assert refused(tmp_path / "b", wrap(packed(good)))


def test_members_that_overlap_are_refused(good: Members, tmp_path: Path) -> None:
    data = bytearray(packed(good))
    second = data.find(b"PK\x01\x02", data.find(b"PK\x01\x02") + 1)
    struct.pack_into("<I", data, second + 42, 0)  # its header is said to be that of the first

    assert "does not follow" in refused(tmp_path / "b", bytes(data))


def test_a_pipe_or_a_device_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDWR)  # or opening it would wait

    for path in (pipe, Path(os.devnull)):
        with pytest.raises(NotABundle, match="no regular file"):
            verify_bundle(path)
    os.close(held)


def test_an_encrypted_member_is_refused(good: Members, tmp_path: Path) -> None:
    data = bytearray(packed(good))
    struct.pack_into("<H", data, data.find(b"PK\x01\x02") + 8, 1)

    assert "encrypted" in refused(tmp_path / "b", bytes(data))


@pytest.mark.parametrize("place", [30, 32, 33])
def test_a_member_has_nothing_beside_its_name(place: int, good: Members, tmp_path: Path) -> None:
    data = bytearray(packed(good))
    data[data.rfind(b"PK\x01\x02") + place] = 255

    assert "beside its name" in refused(tmp_path / "b", bytes(data))


def test_a_comment_on_a_member_is_refused(good: Members, tmp_path: Path) -> None:
    data = packed(good)
    at, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    directory, hidden = bytearray(data[at:end]), b"hidden"
    struct.pack_into("<H", directory, 32, len(hidden))
    ends = bytearray(data[end:])
    size = struct.unpack_from("<I", ends, 12)[0]
    struct.pack_into("<I", ends, 12, size + len(hidden))

    why = refused(tmp_path / "b", data[:at] + bytes(directory) + hidden + bytes(ends))

    assert "beside its name" in why


def test_what_stands_before_the_directory_is_refused(good: Members, tmp_path: Path) -> None:
    data = packed(good)
    at, end = data.find(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    ends = bytearray(data[end:])
    struct.pack_into("<I", ends, 16, at + 6)

    why = refused(tmp_path / "b", data[:at] + b"hidden" + data[at:end] + bytes(ends))

    assert why == "something stands before or after the members"


def test_a_member_of_two_sizes_is_refused(good: Members, tmp_path: Path) -> None:
    data = bytearray(packed(good))
    at = data.find(b"PK\x01\x02") + 20
    struct.pack_into("<I", data, at, struct.unpack_from("<I", data, at)[0] + 1)

    assert "compressed" in refused(tmp_path / "b", bytes(data))


@pytest.mark.parametrize("wide", [b"", bytes(56), b"PK\x06\x06"])
def test_a_wide_end_that_is_not_there_is_refused(
    wide: bytes, good: Members, tmp_path: Path
) -> None:
    data = packed(good)
    end = data.rfind(b"PK\x05\x06")
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)

    for begin in (data[:end], b""):
        why = refused(tmp_path / "b", begin + wide + locator + data[end:])
        assert why == "no zip file: its end is damaged"


def test_a_manifest_that_is_too_large_is_not_read(good: Members, tmp_path: Path) -> None:
    manifest = good["manifest.json"]
    room = b" " * (1_000_000 - len(manifest))

    (tmp_path / "b").write_bytes(packed(good | {"manifest.json": manifest + room}))
    assert verify_bundle(tmp_path / "b").holds
    data = packed(good | {"manifest.json": manifest + room + b" "})
    assert refused(tmp_path / "b", data) == "manifest.json: larger than 1000000 bytes"


def test_a_bit_that_fell_over_is_found_by_the_checksum(good: Members, tmp_path: Path) -> None:
    data = packed(good).replace(b'"actor":"clerk"', b'"actor":"clark"', 1)

    assert "CRC" in refused(tmp_path / "b", data)


def flipped(data: bytes, at: int) -> bytes:
    """The same bytes but for one bit."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_a_bit_that_fell_over_in_a_member_of_any_kind_names_it(
    good: Members, tmp_path: Path
) -> None:
    data, hashes = packed(good), good[f"{LOG}/hashes"]
    for name in ("manifest.json", f"{LOG}/hashes"):
        data = flipped(data, data.find(good[name]) + 5)
    (tmp_path / "b").write_bytes(data)
    members = container.Members(tmp_path / "b")

    with pytest.raises(NotABundle, match=r"manifest\.json: Bad CRC"):
        members.small("manifest.json")
    following = members.hashes(f"{LOG}/hashes", len(hashes) // 32)
    assert following is not None
    with pytest.raises(NotABundle, match=f"{LOG}/hashes: Bad CRC"):
        following(len(hashes) // 32)
    members.close()


def test_a_member_whose_own_header_is_none_is_refused(good: Members, tmp_path: Path) -> None:
    data = packed(good)
    at = data.find(f"{LOG}/entries.jsonl".encode()) - 30
    assert data[at : at + 4] == b"PK\x03\x04"

    assert "entries.jsonl: Bad magic" in refused(tmp_path / "b", flipped(data, at + 3))


def test_a_member_whose_own_header_has_another_name_is_refused_unread(
    good: Members, tmp_path: Path
) -> None:
    data = packed(good)

    assert "its header is another" in refused(
        tmp_path / "b", flipped(data, data.find(b"README.txt"))
    )


def test_a_member_of_another_version_of_zip_is_refused(good: Members, tmp_path: Path) -> None:
    data = bytearray(packed(good))
    struct.pack_into("<H", data, data.rfind(b"PK\x01\x02") + 6, 20)

    assert "another version of zip" in refused(tmp_path / "b", bytes(data))


def test_an_end_that_stands_in_another_s_comment_is_none(good: Members, tmp_path: Path) -> None:
    data = bytearray(packed(good))
    hidden = b"none" + bytes(18)
    struct.pack_into("<H", data, len(data) - 2, len(hidden))

    assert "after its end" in refused(tmp_path / "b", bytes(data) + hidden)


def test_a_directory_larger_than_the_file_is_refused(good: Members, tmp_path: Path) -> None:
    data = bytearray(packed({"manifest.json": good["manifest.json"]}))
    struct.pack_into("<I", data, len(data) - 10, len(data))

    assert "another version of zip" in refused(tmp_path / "b", bytes(data))


def test_a_bundle_may_have_as_much_as_is_allowed_and_no_more(
    good: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = packed(good)
    (tmp_path / "b").write_bytes(data)
    directory = struct.unpack_from("<I", data, len(data) - 10)[0]
    longest = max(map(len, good[f"{LOG}/entries.jsonl"].splitlines()))
    most = {"MAX_MEMBERS": len(good), "_MAX_DIRECTORY": directory, "MAX_LINE": longest}

    for chunk in (1, 7):
        monkeypatch.setattr(container, "_CHUNK", chunk)
        for name, value in most.items():
            with monkeypatch.context() as patched:
                patched.setattr(container, name, value)
                assert verify_bundle(tmp_path / "b").holds
                patched.setattr(container, name, value - 1)
                assert refused(tmp_path / "b", data)


def test_the_longest_of_several_lines_read_at_once_is_looked_at(tmp_path: Path) -> None:
    lines = b"x" * (MAX_BYTES + 1) + b"\nshort\n"
    (tmp_path / "b").write_bytes(packed({f"{LOG}/entries.jsonl": lines}))
    members = container.Members(tmp_path / "b")

    with pytest.raises(NotABundle, match="a line is longer"):
        list(members.lines(f"{LOG}/entries.jsonl"))
    members.close()


def test_a_bundle_without_the_stored_hashes_holds(good: Members, tmp_path: Path) -> None:
    without = {name: data for name, data in good.items() if not name.endswith("/hashes")}

    (tmp_path / "b").write_bytes(packed(without))

    assert len(without) < len(good)
    assert verify_bundle(tmp_path / "b").holds


@pytest.mark.parametrize(("place", "more"), [(10, 1), (10, -1), (12, -26)])
def test_a_directory_with_other_members_than_it_tells_is_refused(
    place: int, more: int, good: Members, tmp_path: Path
) -> None:
    data = bytearray(packed({"manifest.json": good["manifest.json"]}))
    begin, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    assert end - begin == 46 + len("manifest.json")
    form = "<H" if place == 10 else "<I"
    told = struct.unpack_from(form, data, end + place)[0]
    struct.pack_into(form, data, end + place, told + more)

    assert refused(tmp_path / "b", bytes(data)) == "no zip file: its directory is damaged"


def with_directory_of(count: int, data: bytes, *, zip64: bool) -> bytes:
    """A zip file whose directory has so many members, and tells of three."""
    at = data.find(b"PK\x01\x02")
    one = data[at : data.find(b"PK\x01\x02", at + 1)]
    begin, size, end = data[:at], count * len(one), at + count * len(one)
    wide = (
        struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 3, 3, size, at)
        + struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    )  # fmt: skip
    told = 46 if zip64 else size
    ends = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 3, 3, told, at, 0)
    return begin + one * count + (wide if zip64 else b"") + ends


@pytest.mark.parametrize("zip64", [False, True])
def test_a_directory_that_is_too_large_is_not_read(
    zip64: bool,  # noqa: FBT001 - a case of two
    good: Members,
    tmp_path: Path,
) -> None:
    (tmp_path / "b").write_bytes(with_directory_of(150_000, packed(good), zip64=zip64))
    tracemalloc.start()
    try:
        with pytest.raises(NotABundle, match="at most 5000 members"):
            verify_bundle(tmp_path / "b")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 1_000_000


def test_a_file_that_tells_of_more_members_than_a_bundle_has_is_refused(
    good: Members, tmp_path: Path
) -> None:
    data = bytearray(packed(good))
    struct.pack_into("<2H", data, len(data) - 14, 5_001, 5_001)

    assert "at most 5000 members" in refused(tmp_path / "b", bytes(data))


def test_a_bundle_of_two_gibibytes_or_more_is_written_and_read_with_wide_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 2_000)  # as if it were so large
    write_bundle(tmp_path / "b", bundle_of({"intake": story(2)["intake"]}))

    assert b"PK\x06\x06" in (tmp_path / "b").read_bytes()
    assert verify_bundle(tmp_path / "b").holds


KEY = b64encode(bytes(32))


def with_log(log: bytes) -> bytes:
    return b'{"format":"staffel-audit-bundle/1","kind":"whole","logs":[%b],"selection":{}}' % log


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format":"staffel-audit-bundle/1"}',
        b'{"format":"staffel-audit-bundle/2","kind":"whole","logs":[],"selection":{}}',
        b'{"format":"staffel-audit-bundle/1","kind":"whole","logs":[],"selection":{}}',
        with_log(b'{"service":"../x","origin":"a/../x","size":1}'),
        with_log(b'{"service":"intake","origin":"x/intake","size":true}'),
        with_log(b'{"service":"intake","origin":"staffel.example/intake","size":3,"span":[2,1]}'),
        with_log(b'{"service":"intake","origin":"staffel.example/intake","size":3,"span":null}'),
        with_log(b'{"service":"intake","origin":"staffel.example/intake","size":3,"x":NaN}'),
        with_log(b'{"service":"intake","origin":"staffel.example/intake","size":3,"x":-1}'),
        with_log(b'{"service":"intake","origin":"staffel.example/intake","size":3,"x":1e9}'),
        with_log(b'{"service":"intake","origin":"staffel.example/intake","size":3.0}'),
        with_log(b'{"service":"intake","origin":"staffel.example/intake","size":3,"span":[0,4]}'),
        with_log(b'{"service":"intake","origin":"staffel.example/intake","size":3,"span":[0]}'),
        with_log(
            b'{"service":"intake","origin":"staffel.example/intake","size":3,"x":{"a":1,"a":1}}'
        ),
        b'{"format":"staffel-audit-bundle/1","kind":[],"logs":[],"selection":{}}',
        b'{"format":"staffel-audit-bundle/1","kind":"whole","kind":"part"}',
        b" " * 1_000_001,
    ],
)
def test_a_manifest_that_is_none_is_refused(manifest: bytes, good: Members, tmp_path: Path) -> None:
    why = refused(tmp_path / "b", packed(good | {"manifest.json": manifest}))

    assert why.startswith("manifest.json: ")


def test_a_manifest_that_tells_of_another_log_is_refused(good: Members, tmp_path: Path) -> None:
    other = with_log(b'{"service":"intake","origin":"other.example/intake","size":3}')

    why = refused(tmp_path / "b", packed(good | {"manifest.json": other}))

    assert why == "log intake: manifest and checkpoint disagree"


@pytest.mark.parametrize(
    "name", ["manifest.json", "policy", "keys.jsonl", f"{LOG}/checkpoint", f"{LOG}/entries.jsonl"]
)
def test_a_bundle_without_a_member_it_needs_is_refused(
    name: str, good: Members, tmp_path: Path
) -> None:
    rest = {n: data for n, data in good.items() if n != name}

    assert refused(tmp_path / "b", packed(rest)) == f"{name} is missing"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("policy", b"trust me\n"),
        ("keys.jsonl", b"{}\n"),
        ("keys.jsonl", b'{"key_id":1,"key":"AAAA"}\n'),
        ("keys.jsonl", b"[1]\n"),
        ("keys.jsonl", b'{"key_id":"a","key_id":"b","key":"%b"}\n' % KEY),
        ("keys.jsonl", b'{"key_id":1,"key":"%b"}\n' % KEY),
        ("keys.jsonl", b'{"key_id":"a","key":"AAAA"}\n'),
        (f"{LOG}/checkpoint", b"checkpoint\n"),
        (f"{LOG}/checkpoint", b"\xff" * 100),
        (f"{LOG}/consistency", b"1 x\n"),
        (f"{LOG}/consistency", b"-1\n"),
        (f"{LOG}/hashes", b"short"),
        (f"{LOG}/entries.jsonl", b"no newline"),
    ],
)
def test_a_member_that_is_not_what_it_must_be_is_refused(
    name: str, data: bytes, good: Members, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(good[f"{LOG}/checkpoint"])
    if name.endswith("consistency"):
        good = good | {"manifest.json": good["manifest.json"].replace(b'"whole"', b'"part"')}
        good[f"{LOG}/proofs"] = b""

    why = refused(tmp_path / "b", packed(good | {name: data}))
    assert why.startswith((name, "log intake"))


def test_a_part_without_proofs_is_refused(good: Members, tmp_path: Path) -> None:
    part = good["manifest.json"].replace(b'"whole"', b'"part"')

    why = refused(tmp_path / "b", packed(good | {"manifest.json": part}))

    assert why == f"{LOG}/proofs is missing"


def test_a_line_that_never_ends_is_refused_in_bounded_memory(good: Members, tmp_path: Path) -> None:
    data = packed(good | {f"{LOG}/entries.jsonl": b"x" * 9_000_000 + b"\n"})

    assert "longer than 4000000 bytes" in refused(tmp_path / "b", data)


GOOD = story(1)["intake"]
SEALED = GOOD.wires[1]
OPEN = GOOD.wires[0]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"\xff",
        SEALED[:-1],
        SEALED + b" ",
        SEALED[:-2] + b'","x":1}',
        SEALED.replace(b"data_base64", b"data_base32"),
        SEALED.replace(b',"data_base64":"', b',"data_base64":"!'),
        SEALED[:-2] + b'="}',
        OPEN + b"}x",
    ],
)
def test_what_is_no_line_of_an_entry_is_refused(line: bytes) -> None:
    with pytest.raises(BadLine):
        split(1, line)


def test_stray_bits_in_base64_are_refused() -> None:
    log = MadeLog("intake")
    log.say_data("dreamt-of.v1", b"[1]", "c-1")
    line = log.wires[0]
    assert line.endswith(b'=="}')

    with pytest.raises(BadLine, match="one right form"):
        split(0, line[:-5] + bytes([line[-5] + 1]) + line[-4:])


PLACE = Place.of("intake", f"{ORIGIN}/intake")


def one_by_one(line: bytes) -> tuple[bytes, bytes] | None:
    """What is said of a line alone: leaf and data, if it is sealed, whole and in its place."""
    try:
        parts = split(1, line)
    except BadLine:
        return None
    if not (parts.sealed and parts.data and PLACE.holds(1, parts.leaf)):
        return None
    return (parts.leaf, parts.data) if is_committed(parts.leaf, parts.data) else None


def together(line: bytes) -> tuple[bytes, bytes] | None:
    """What is said of it among many."""
    try:
        return sealed_in_place(1, [line], PLACE)[0]
    except ValueError:
        return None


def test_a_good_line_is_taken_among_many_as_it_is_alone() -> None:
    assert together(SEALED) == one_by_one(SEALED) is not None


@settings(max_examples=500)
@given(
    st.integers(0, len(SEALED)),
    st.integers(0, 3),
    st.sampled_from([b"", *(bytes([n]) for n in b'A=/"{},:0\\'), b',"data_base64":"']),
)
def test_no_line_is_taken_among_many_that_is_refused_alone(at: int, gone: int, new: bytes) -> None:
    line = SEALED[:at] + new + SEALED[at + gone :]

    assert together(line) in {None, one_by_one(line)}


LEAF = GOOD.leaves[1]


@pytest.mark.parametrize(
    ("leaf", "rule"),
    [
        (b"[]", "a JSON object"),
        (b"{" * 5000, "a JSON object"),
        (LEAF[:-1], "a JSON object"),
        (LEAF.replace(b'"clerk"', b'"\xff"'), "a JSON object"),
        (LEAF.replace(b'"clerk"', b"null"), "but the index must be text"),
        (LEAF.replace(b'"clerk"', b'{"a":{}}'), "but the index must be text"),
        (LEAF.replace(b'"index":1', b'"index":1.0'), "but the index must be text"),
        (LEAF.replace(b'"index":1', b'"index":true'), "but the index must be text"),
        (LEAF.replace(b'"index":1', b'"index":"1"'), "but the index must be text"),
        (LEAF.replace(b'"index":1', b'"index":NaN'), "a JSON object"),
        (LEAF.replace(b'"actor":', b'"index":1,"actor":'), "stands twice"),
        (LEAF.replace(b'"actor":', b'"actor":"x","actor":'), "stands twice"),
        (LEAF.replace(b'"actor":', b'"\\u0061ctor":"x","actor":'), "stands twice"),
        (LEAF.replace(b'"basis":"', b'"basis":{"z":"0"},"basis":"\\n'), "stands twice"),
        (LEAF.replace(b'"basis":"', b'"basis":[{}],"basis":"\\n'), "stands twice"),
        (LEAF.replace(b'"actor":', b'"person":'), "missing"),
        (LEAF.replace(b'"sealkey":"k-c-0",', b""), "come together"),
        (LEAF.replace(b'"1.0"', b'"2.0"'), "is another"),
        (LEAF.replace(b'"application/json"', b'"text/plain"'), "is another"),
        (LEAF[:-4] + b'zz"}', "64 hexadecimal digits"),
        (LEAF.replace(b"T08:", b" 08:"), "time must be"),
    ],
)
def test_a_leaf_that_is_none_is_refused_with_its_rule(leaf: bytes, rule: str) -> None:
    with pytest.raises(BadLine, match=rule):
        attributes(leaf)


def test_a_leaf_with_escapes_and_an_attribute_of_a_later_version_is_read() -> None:
    leaf = LEAF.replace(b'"clerk"', b'"cl\\"erk\\u00e4","later":"x"')

    assert attributes(leaf)["actor"] == 'cl"erkä'
    assert attributes(leaf)["later"] == "x"


def test_a_day_that_is_none_breaks_a_rule_and_nothing_else(tmp_path: Path) -> None:
    logs = story(1)
    bridge = logs["jobcenter_bridge"]
    bridge.leaves[0] = bridge.leaves[0].replace(b"2026-03-01T", b"2026-99-99T")
    bridge.wires[0] = bridge.leaves[0][:-1] + bridge.wires[0][len(bridge.leaves[0]) - 1 :]
    write_bundle(tmp_path / "b", bundle_of({"jobcenter_bridge": bridge}))

    report = verify_bundle(tmp_path / "b")

    rules = [(f.code, f.index, f.rule) for f in report.findings]
    assert (Code.INVARIANT, 0, "order: the moment of recording is on no day") in rules
