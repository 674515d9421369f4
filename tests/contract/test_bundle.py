"""A bundle is one file, the same for the same logs, and is written whole or not at all."""

import json
import zipfile
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from staffel_contracts.audit.bundle import (
    BundledLog,
    Contents,
    NotWritable,
    installed_schemas,
    write_bundle,
)
from staffel_contracts.facts.intake import ReceptionQuotaSet
from staffel_contracts.tlog.tree import leaf_hash, root_at, verify_inclusion
from tests.support.bundles import MadeLog, person_key, policy


def quotas(count: int, service: str = "intake") -> MadeLog:
    log = MadeLog(service)
    for number in range(count):
        log.say(ReceptionQuotaSet(district="12069", year=2026, persons=number))
    return log


LOG = quotas(5)


def contents(*logs: BundledLog, selection: Mapping[str, str] | None = None) -> Contents:
    return Contents(
        logs or (LOG.whole(),),
        policy(["intake"]),
        selection or {},
        keys=[person_key("c-1")],
        files={"rules/sgb2.toml": b"x = 1\n", "schemas/b.v1.json": b"{}"},
    )


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_whole_log_is_written_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    write_bundle(tmp_path / "b.zip", contents(LOG.whole(since=(0, 3))))

    found = members(tmp_path / "b.zip")
    assert list(found) == [
        "manifest.json",
        "README.txt",
        "policy",
        "log/intake/checkpoint",
        "log/intake/entries.jsonl",
        "log/intake/hashes",
        "log/intake/consistency",
        "keys.jsonl",
        "rules/sgb2.toml",
        "schemas/b.v1.json",
    ]
    assert found["log/intake/entries.jsonl"] == b"\n".join([*LOG.wires, b""])
    assert found["log/intake/hashes"] == b"".join(LOG.hashes())
    assert json.loads(found["manifest.json"]) == {
        "format": "staffel-audit-bundle/1",
        "kind": "whole",
        "logs": [{"service": "intake", "origin": "staffel.example/intake", "size": 5}],
        "selection": {},
    }


def test_the_same_logs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_bundle(
            tmp_path / name, contents(LOG.whole(since=(3,)), quotas(3, "casework").whole())
        )

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_it_is_for_its_owner_alone_whatever_a_killed_run_left(tmp_path: Path) -> None:
    (tmp_path / "b.zip.unfinished").write_bytes(b"half")

    write_bundle(tmp_path / "b.zip", contents())

    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_nothing_in_it_is_compressed(tmp_path: Path) -> None:
    write_bundle(tmp_path / "b.zip", contents())

    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_a_part_has_a_proof_for_each_entry(tmp_path: Path) -> None:
    part = contents(LOG.part([1, 2, 4]), selection={"case": "c-1"})
    write_bundle(tmp_path / "b.zip", part)

    found = members(tmp_path / "b.zip")
    lines = found["log/intake/proofs"].decode().splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "4"]
    assert json.loads(found["manifest.json"])["kind"] == "part"


@pytest.mark.parametrize(
    ("log", "rule"),
    [
        (
            replace(LOG.whole(), lines=lambda: enumerate(LOG.wires[:-1])),
            "4 entries, the checkpoint",
        ),
        (replace(LOG.whole(), lines=lambda: [(1, LOG.wires[1])]), "entry 1 where 0 belongs"),
        (replace(LOG.whole(), lines=lambda: [(0, b"a\nb")]), "a line has a newline"),
        (replace(LOG.whole(), checkpoint=b"?"), "a checkpoint cannot be read"),
        (LOG.whole(since=(6,)), "the log has 5 entries, not yet 6"),
        (replace(LOG.whole(since=(3,)), node=None), "proofs need the tree's nodes"),
    ],
)
def test_what_makes_no_bundle_leaves_no_file(log: BundledLog, rule: str, tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match=rule):
        write_bundle(tmp_path / "b.zip", contents(log))

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("indexes", [[2, 1], [1, 1], [4, 5]])
def test_a_part_out_of_order_is_refused(indexes: list[int], tmp_path: Path) -> None:
    part = replace(LOG.part([]), lines=lambda: [(index, b"{}") for index in indexes])

    with pytest.raises(NotWritable, match=f"entry {indexes[1]} is out of order"):
        write_bundle(tmp_path / "b.zip", contents(part, selection={"case": "c-1"}))


@pytest.mark.parametrize(
    "name", ["../x", "rules/../../x", "/rules/x", "rules/", "other/x", "policy", "rules/.x"]
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="cannot be called"):
        write_bundle(tmp_path / "b.zip", replace(contents(), files={name: b""}))


def test_two_logs_of_one_service_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotWritable, match="each of another service"):
        write_bundle(tmp_path / "b.zip", contents(LOG.whole(), LOG.whole()))


def test_an_older_bundle_stays_where_writing_its_successor_fails(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"old")

    with pytest.raises(NotWritable):
        write_bundle(tmp_path / "b.zip", contents(LOG.whole(since=(6,))))
    assert (tmp_path / "b.zip").read_bytes() == b"old"


def test_the_schemas_of_all_facts_may_go_along() -> None:
    schemas = installed_schemas()

    assert json.loads(schemas["schemas/handoff-accepted.v1.json"])["type"] == "object"


def test_the_proofs_are_those_of_the_checkpoint(tmp_path: Path) -> None:
    write_bundle(tmp_path / "b.zip", contents(LOG.part([3]), selection={"case": "c-1"}))

    hashes = LOG.whole().node
    assert hashes is not None
    line = members(tmp_path / "b.zip")["log/intake/proofs"].decode().split()
    proof = [b64decode(word) for word in line[1:]]
    verify_inclusion(leaf_hash(LOG.leaves[3]), 3, 5, proof, root_at(hashes, 5))
