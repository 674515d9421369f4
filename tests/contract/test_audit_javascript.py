"""A second verifier, in another language and from the page about the formats alone, agrees."""

import json
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from staffel_contracts.audit.bundle import Contents, write_bundle
from staffel_contracts.audit.container import NotABundle
from staffel_contracts.audit.verify import verify_bundle
from staffel_contracts.facts.intake import ReceptionQuotaSet
from tests.support.bundles import MadeLog, bundle_of, policy, story
from tests.support.node import JAVASCRIPT, NODE
from tests.support.tampering import Tamperer, members_of, packed

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


MADE: dict[str, tuple[Callable[[], Contents], Verdict]] = {
    "data that was never sealed is missing": (
        without_open_data,
        ("found", (("data", "intake", 0),)),
    ),
    "an attribute twice, once as an object": (
        partial(with_leaf, b'"basis":"', b'"basis":{"z":"0"},"basis":"a\\n'),
        ("found", (("leaf", "intake", 1),)),
    ),
}


def test_both_find_what_an_operator_with_every_key_wrote(trust: Path, tmp_path: Path) -> None:
    for name, (made, _) in MADE.items():
        write_bundle(tmp_path / name, made())

    theirs = in_javascript(trust, (tmp_path / name for name in MADE))

    expected = {name: verdict for name, (_, verdict) in MADE.items()}
    assert dict(zip(MADE, theirs, strict=True)) == expected
    assert {name: in_python(trust, tmp_path / name) for name in MADE} == expected
