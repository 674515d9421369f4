"""A second verifier, in another language and from the page about the formats alone, agrees."""

import json
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from staffel_contracts.audit.bundle import Contents, write_bundle
from staffel_contracts.audit.container import NotABundle
from staffel_contracts.audit.verify import verify_bundle
from staffel_contracts.facts.intake import ReceptionQuotaSet
from staffel_contracts.tlog.checkpoint import Checkpoint, sign_checkpoint
from staffel_contracts.tlog.spelling import to_base64
from staffel_contracts.tlog.tree import leaf_hash, node_hash
from tests.support.bundles import MadeLog, bundle_of, log_key, policy, story
from tests.support.node import JAVASCRIPT, NODE
from tests.support.tampering import Members, Tamperer, members_of, packed

SERVICE = "jobcenter_bridge"
LOGS = story(2)
EACH = 36
"""Of each of fourteen ways: 504 in all."""
THEIRS = {"schema", "invariant"}
"""What the facts mean is left to the verifier that knows the contracts."""
Verdict = tuple[str, tuple[tuple[str, str, int | None], ...]]


def in_javascript(trust: Path, bundles: Iterable[Path]) -> list[Verdict]:
    command = [NODE, str(JAVASCRIPT / "verify.mjs"), str(trust), *map(str, bundles)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    return [judged(json.loads(line)) for line in done.stdout.splitlines()]


def in_python(trust: Path, bundle: Path) -> Verdict:
    try:
        return judged(verify_bundle(bundle, trust=trust.read_bytes()).as_json())
    except NotABundle:
        return "refused", ()


def judged(report: dict[str, Any]) -> Verdict:
    if "refused" in report:
        return "refused", ()
    found = {
        (f["code"], f["log"], f["index"]) for f in report["findings"] if f["code"] not in THEIRS
    }
    return "found" if found else "holds", tuple(sorted(found, key=str))


def test_the_second_verifier_is_small_enough_to_be_read_at_one_go() -> None:
    assert len((JAVASCRIPT / "verify.mjs").read_text().splitlines()) < 300


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    """The policy that both are given."""
    path = tmp_path / "policy"
    path.write_bytes(policy(LOGS, quorum=3))
    return path


def good() -> dict[str, Contents]:
    """Bundles that hold: whole, in part, erased, without keys, without hashes."""
    erased = story(2)
    for index in range(6):
        erased[SERVICE].erase(index)
    whole = bundle_of(LOGS)
    log = LOGS[SERVICE]
    return {
        "whole": whole,
        "erased": bundle_of(erased),
        "without keys": bundle_of(LOGS, keys=False),
        "without hashes": replace(whole, logs=tuple(replace(x, node=None) for x in whole.logs)),
        "case": replace(whole, logs=(log.part(range(6)),), selection={"case": "c-0"}),
        "span": replace(whole, logs=(log.part([2, 3], (2, 4)),), selection={"from": "2026"}),
        "nothing": replace(whole, logs=(log.part([], (0, 0)),), selection={"from": "2030"}),
    }


def test_both_hold_every_good_bundle(trust: Path, tmp_path: Path) -> None:
    bundles = good()
    for name, contents in bundles.items():
        write_bundle(tmp_path / name, contents)

    verdicts = in_javascript(trust, (tmp_path / name for name in bundles))

    assert verdicts == [("holds", ())] * len(bundles)
    assert [in_python(trust, tmp_path / name) for name in bundles] == verdicts


def test_both_find_the_same_in_tampered_bundles(trust: Path, tmp_path: Path) -> None:
    write_bundle(tmp_path / "good", bundle_of(LOGS))
    members = members_of(tmp_path / "good")
    paths = []
    for seed in range(EACH):
        for way, tamper in Tamperer(members, SERVICE, seed).ways().items():
            paths.append(tmp_path / f"{way}, seed {seed}")
            paths[-1].write_bytes(packed(tamper().members))

    theirs = in_javascript(trust, paths)

    ours = [in_python(trust, path) for path in paths]
    assert len(paths) > 500
    different = [(p.name, a, b) for p, a, b in zip(paths, ours, theirs, strict=True) if a != b]
    assert different == []
    assert ours.count(("holds", ())) == 0


def with_leaf(old: bytes, new: bytes) -> Contents:
    """A log whose operator, with its key, wrote this into an open entry's leaf."""
    log = MadeLog("intake")
    for _ in range(3):
        log.say(ReceptionQuotaSet(district="12069", year=2026, persons=3))
    leaf = log.leaves[1].replace(old, new)
    assert leaf != log.leaves[1]
    log.wires[1] = leaf[:-1] + log.wires[1][len(log.leaves[1]) - 1 :]
    log.leaves[1] = leaf
    return bundle_of({"intake": log})


def without_open_data() -> Contents:
    logs = story(2)
    logs["intake"].erase(0)
    return bundle_of(logs)


def with_commitment(commitment: bytes) -> Contents:
    """A sealed entry whose operator, with its key, committed to what no key gives."""
    log = story(1)["intake"]
    at = log.leaves[1].index(b'"keycommitment":"') + len(b'"keycommitment":"')
    leaf = log.leaves[1][:at] + commitment + log.leaves[1][at + 64 :]
    log.wires[1] = leaf[:-1] + log.wires[1][len(log.leaves[1]) - 1 :]
    log.leaves[1] = leaf
    return bundle_of({"intake": log})


LEAF: Verdict = ("found", (("leaf", "intake", 1),))
INDEX: Verdict = ("found", (("index", "intake", 1),))
MADE: dict[str, tuple[Callable[[], Contents], Verdict]] = {
    "data that was never sealed is missing": (
        without_open_data,
        ("found", (("data", "intake", 0),)),
    ),
    "an attribute twice, once as an object": (
        partial(with_leaf, b'"basis":"', b'"basis":{"z":"0"},"basis":"a\\n'),
        LEAF,
    ),
    "an index with a point": (partial(with_leaf, b'"index":1', b'"index":1.0'), LEAF),
    "an index with an exponent": (partial(with_leaf, b'"index":1', b'"index":1e0'), LEAF),
    "an index below": (partial(with_leaf, b'"index":1', b'"index":-1'), LEAF),
    "an index that is huge": (partial(with_leaf, b'"index":1', b'"index":1' + b"0" * 5000), LEAF),
    "another index": (partial(with_leaf, b'"index":1', b'"index":2'), INDEX),
    "an index written wide": (partial(with_leaf, b'"index":1', b'"index": 1'), INDEX),
    "a commitment of another length": (
        partial(with_commitment, b"5" * 63),
        ("found", (("key", "intake", 1),)),
    ),
    "a commitment in other letters": (
        partial(with_commitment, "ä".encode() * 64),
        ("found", (("key", "intake", 1),)),
    ),
    "half a character in a value": (partial(with_leaf, b"clerk", b"cl\\ud800rk"), LEAF),
    "half a character in a name": (partial(with_leaf, b'"basis"', b'"\\udc00":"","basis"'), LEAF),
    "an index with a zero's sign": (partial(with_leaf, b'"index":1', b'"index":-0'), INDEX),
}


def test_both_find_what_an_operator_with_every_key_wrote(trust: Path, tmp_path: Path) -> None:
    for name, (made, _) in MADE.items():
        write_bundle(tmp_path / name, made())

    theirs = in_javascript(trust, (tmp_path / name for name in MADE))

    expected = {name: verdict for name, (_, verdict) in MADE.items()}
    assert dict(zip(MADE, theirs, strict=True)) == expected
    assert {name: in_python(trust, tmp_path / name) for name in MADE} == expected


def test_both_find_a_line_more_than_the_log_has_hashes_of(trust: Path, tmp_path: Path) -> None:
    write_bundle(tmp_path / "good", bundle_of(LOGS))
    members, name = members_of(tmp_path / "good"), "log/intake/entries.jsonl"
    (tmp_path / "more").write_bytes(packed(members | {name: members[name] + b"\n"}))

    found = ("found", (("index", "intake", 3), ("leaf", "intake", 3)))

    assert in_javascript(trust, [tmp_path / "more"]) == [found]
    assert in_python(trust, tmp_path / "more") == found


@pytest.mark.parametrize(
    ("mark", "place"),
    [(b"PK\x01\x02", place) for place in (6, 28, 30, 32, 33)] + [(b"PK\x05\x06", 11)],
)
def test_both_refuse_a_directory_of_another_form(
    mark: bytes, place: int, trust: Path, tmp_path: Path
) -> None:
    write_bundle(tmp_path / "good", bundle_of(LOGS))
    data = bytearray((tmp_path / "good").read_bytes())
    data[data.rfind(mark) + place] ^= 8
    (tmp_path / "changed").write_bytes(data)

    assert in_javascript(trust, [tmp_path / "changed"]) == [("refused", ())]
    assert in_python(trust, tmp_path / "changed") == ("refused", ())


@pytest.mark.parametrize("place", [bytes.find, bytes.rfind], ids=["header", "directory"])
def test_both_refuse_a_name_that_is_another_in_the_header(
    place: Callable[[bytes, bytes], int], trust: Path, tmp_path: Path
) -> None:
    write_bundle(tmp_path / "good", bundle_of(LOGS))
    data = bytearray((tmp_path / "good").read_bytes())
    data[place(bytes(data), b"intake/hashes")] ^= 8  # becomes "antake", which may be a service
    (tmp_path / "changed").write_bytes(data)

    assert in_javascript(trust, [tmp_path / "changed"]) == [("refused", ())]
    assert in_python(trust, tmp_path / "changed") == ("refused", ())


def with_manifest(members: Members, old: str, new: str) -> Members:
    manifest = members["manifest.json"].decode().replace(old, new)
    assert manifest != members["manifest.json"].decode()
    return members | {"manifest.json": manifest.encode()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"selection":{}', '"selection":{},"x":NaN'),
        ('"selection":{}', '"selection":{},"x":1.5'),
        ('"selection":{}', '"selection":{"case":1}'),
        ('"selection":{}', r'"selection":{"case":"\ud800"}'),
        ('"selection":{}', '"selection":[]'),
        ('"selection":{}', '"selection":null'),
        ('"selection":{}', '"other":{}'),
        ('"size":12', '"size":12.0'),
        ('"size":12', '"size":1.2e1'),
        ('"size":12', '"size":12,"span":[0,13]'),
        ('"size":12', '"size":12,"span":[2,1]'),
        ('"size":12', '"size":12,"span":[0]'),
        ('"size":12', '"size":12,"span":[0.0,1]'),
        ('"size":12', '"size":12,"span":null'),
        ('{"origin":"staffel.example/intake"', '{"origin":"staffel.example/jobcenter_bridge"'),
        ('"kind":"whole"', '"kind":["whole"]'),
        ('"logs":[{', '"logs":[null,{'),
        ('"logs":[', '"logs":[{"origin":"x/intake","service":"intake","size":3},'),
    ],
)
def test_both_refuse_the_same_manifests(old: str, new: str, trust: Path, tmp_path: Path) -> None:
    write_bundle(tmp_path / "good", bundle_of(LOGS))
    changed = tmp_path / "changed"
    changed.write_bytes(packed(with_manifest(members_of(tmp_path / "good"), old, new)))

    assert in_javascript(trust, [changed]) == [in_python(trust, changed)] == [("refused", ())]


@pytest.mark.parametrize(
    "line",
    [
        b'{"key":"AAAA","key_id":"k"}',
        b'{"key":"%b","key_id":1}',
        b'{"key":"%b","key_id":"k","x":0.5}',
    ],
)
def test_both_refuse_the_same_keys(line: bytes, trust: Path, tmp_path: Path) -> None:
    write_bundle(tmp_path / "good", bundle_of(LOGS))
    key = line.replace(b"%b", to_base64(bytes(32)).encode())
    changed = tmp_path / "changed"
    changed.write_bytes(packed(members_of(tmp_path / "good") | {"keys.jsonl": key + b"\n"}))

    assert in_javascript(trust, [changed]) == [in_python(trust, changed)] == [("refused", ())]


SIZE, FAR = 2**60, 2**53 + 1


def far_away() -> Members:
    """A part of one entry, with numbers beyond those that a float tells apart."""
    log = MadeLog("intake")
    log.say(ReceptionQuotaSet(district="12069", year=2026, persons=3))
    leaf = log.leaves[0].replace(b"intake/0", b"intake/%d" % FAR)
    leaf = leaf.replace(b'"index":0', b'"index":%d' % FAR)
    line = leaf[:-1] + log.wires[0][len(log.leaves[0]) - 1 :]
    root, proof = proven(leaf_hash(leaf), FAR, SIZE)
    key = log_key("intake")
    checkpoint = sign_checkpoint(Checkpoint(key.name, SIZE, root), key).encode()
    manifest = {
        "format": "staffel-audit-bundle/1",
        "kind": "part",
        "logs": [{"origin": key.name, "service": "intake", "size": SIZE, "span": [FAR, FAR + 1]}],
        "selection": {"from": "2026"},
    }
    return {
        "manifest.json": json.dumps(manifest, separators=(",", ":")).encode(),
        "policy": policy(["intake"], quorum=0),
        "log/intake/checkpoint": checkpoint,
        "log/intake/entries.jsonl": line + b"\n",
        "log/intake/proofs": " ".join([str(FAR), *map(to_base64, proof)]).encode() + b"\n",
        "keys.jsonl": b"",
    }


def proven(leaf: bytes, index: int, size: int) -> tuple[bytes, list[bytes]]:
    """The root of some tree of this size with the leaf at the index, and the proof (RFC 9162)."""
    node, proof, fn, sn = leaf, [], index, size - 1
    while sn:
        sibling = sha256(b"sibling %d" % sn).digest()
        proof.append(sibling)
        if fn % 2 or fn == sn:
            node = node_hash(sibling, node)
            while fn and fn % 2 == 0:
                fn, sn = fn // 2, sn // 2
        else:
            node = node_hash(node, sibling)
        fn, sn = fn // 2, sn // 2
    return node, proof


def test_both_tell_large_numbers_apart(tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.write_bytes(policy(["intake"], quorum=0))
    far = far_away()
    proofs = far["log/intake/proofs"]
    variants = {
        "good": far,
        "size": with_manifest(far, f'"size":{SIZE}', f'"size":{SIZE + 1}'),
        "span": with_manifest(far, f"[{FAR},{FAR + 1}]", f"[{FAR - 1},{FAR}]"),
        "proof": far | {"log/intake/proofs": proofs.replace(b"%d" % FAR, b"%d" % (FAR - 1))},
    }
    for name, members in variants.items():
        (tmp_path / name).write_bytes(packed(members))

    theirs = in_javascript(alone, (tmp_path / name for name in variants))

    ours = [in_python(alone, tmp_path / name) for name in variants]
    assert theirs == ours
    assert [verdict for verdict, _ in ours] == ["holds", "refused", "found", "found"]


def test_both_find_the_same_in_parts_that_do_not_fit(trust: Path, tmp_path: Path) -> None:
    part = LOGS[SERVICE].part(range(2, 6), (2, 6))
    contents = replace(bundle_of(LOGS), logs=(part,), selection={"from": "2026"})
    write_bundle(tmp_path / "good", contents)
    members = members_of(tmp_path / "good")
    names = [f"log/{SERVICE}/{name}" for name in ("entries.jsonl", "proofs")]
    entries, proofs = (members[name].split(b"\n")[:-1] for name in names)
    edited = [entries[0].replace(b"clerk", b"clark"), *entries[1:]]
    variants = {
        "a proof left over": (entries[:3], proofs),
        "proofs missing": (entries, proofs[:2]),
        "nothing": ([], []),
        "proofs reversed": (entries, proofs[::-1]),
        "both reversed": (entries[::-1], proofs[::-1]),
        "one twice": (entries[:1] * 2 + entries[1:], proofs[:1] * 2 + proofs[1:]),
        "a hole": (entries[:1] + entries[2:], proofs[:1] + proofs[2:]),
        "the last gone": (entries[:3], proofs[:3]),
        "edited": (edited, proofs),
        "no entry": ([b"{}", *entries[1:]], proofs),
    }
    for name, changed in variants.items():
        lines = (b"".join(line + b"\n" for line in one) for one in changed)
        (tmp_path / name).write_bytes(packed(members | dict(zip(names, lines, strict=True))))

    theirs = in_javascript(trust, (tmp_path / name for name in variants))

    ours = [in_python(trust, tmp_path / name) for name in variants]
    assert dict(zip(variants, theirs, strict=True)) == dict(zip(variants, ours, strict=True))
    assert {verdict for verdict, _ in ours} == {"found"}
