"""Bundles from the archive: the same bytes each time, whole or a part, and they verify."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from pydantic_core import from_json

from services.audit.archive import Archive
from services.audit.exporting import NothingSelected, NothingSigned, Selection, contents
from services.audit.lines import Damaged
from services.chassis.transport.wire import leaf_of
from staffel_contracts import envelope
from staffel_contracts.audit.bundle import installed_schemas, write_bundle
from staffel_contracts.audit.verify import verify_bundle
from staffel_contracts.codes import ErasureBasis, ProtectionKind
from staffel_contracts.commands.intake import AdmitPerson, RecordAsylumRecognition
from staffel_contracts.facts.casework import SubjectErased
from staffel_contracts.tlog.checkpoint import Checkpoint, read_checkpoint, sign_checkpoint
from staffel_contracts.tlog.keys import Kind, new_key
from staffel_contracts.tlog.tree import Frontier
from tests.support.entries import SENDER
from tests.support.given import day
from tests.support.house import House, new_house

NAMES = ("intake", "casework", "jobcenter_bridge", "notify")
KEYS = {name: new_key(f"test/{name}", Kind.NOTE) for name in NAMES}
POLICY = (
    "".join(f"log {key.verifier.text()}\n" for key in KEYS.values()).encode() + b"quorum none\n"
)
AT = "2026-11-25T08:00:00.000000Z"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two persons were admitted in 2024, and one recognised in 2025."""
    folder = tmp_path_factory.mktemp("house")
    urls = {name: f"sqlite:///{folder / name}.db" for name in NAMES}
    with new_house(urls, folder, "2024-09-02") as house:
        for reference in ("50-1", "50-2"):
            house.ask(_admission(reference), SENDER)
        house.on("2025-03-21")
        recognition = RecordAsylumRecognition(
            district="12069",
            file_reference="50-1",
            protection_kind=ProtectionKind.REFUGEE_S3,
            decided_on=day("2025-03-17"),
            served_on=day("2025-03-20"),
            received_on=day("2025-03-21"),
        )
        house.ask(recognition, SENDER)
        house.on("2025-06-01")
        yield house


def _admission(reference: str) -> AdmitPerson:
    return AdmitPerson(
        district="12069",
        file_reference=reference,
        admitted_on=day("2024-09-02"),
        given_name="Samira",
        family_name="Beispiel",
        birth_date=day("1994-05-17"),
        nationality="475",
        language="ar",
    )


@pytest.fixture(scope="module")
def archive(house: House, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = Archive(tmp_path_factory.mktemp("archive"))
    for name, room in house.rooms.items():
        wires = room.log.wires(0, 10_000)
        log = archive.log(name)
        log.append(wires)
        for size in (1, len(wires)):
            log.keep(size, signed(name, wires[:size]), AT)
    return archive


def signed(name: str, wires: list[bytes]) -> bytes:
    frontier = Frontier()
    for wire in wires:
        frontier.append(leaf_of(wire))
    checkpoint = Checkpoint(f"test/{name}", len(wires), frontier.root())
    return sign_checkpoint(checkpoint, KEYS[name]).encode()


def bundle(out: Path, archive: Archive, selection: Selection, **more: Any) -> Path:
    write_bundle(out, contents(archive, POLICY, selection, files=installed_schemas(), **more))
    return out


def lines_in(path: Path, log: str) -> list[bytes]:
    with ZipFile(path) as archive:
        return archive.read(f"log/{log}/entries.jsonl").splitlines()


def case_of(archive: Archive) -> str:
    first = archive.wires("intake", 0, 1)[0]
    return first.partition(b'"subject":"')[2].partition(b'"')[0].decode()


def test_a_bundle_of_everything_verifies_and_is_the_same_each_time(
    house: House, archive: Archive, tmp_path: Path
) -> None:
    def keys_of(wanted: set[str]) -> dict[str, bytes]:
        return {key_id: key.key for key_id, key in house.keyring.keys_by_id(wanted).items()}

    first = bundle(tmp_path / "1", archive, Selection(), keys_of=keys_of)
    second = bundle(tmp_path / "2", Archive(archive.folder), Selection(), keys_of=keys_of)

    assert first.read_bytes() == second.read_bytes()
    assert verify_bundle(first, trust=POLICY).holds
    for log in NAMES:
        assert lines_in(first, log) == archive.wires(log, 0, 10_000)


def test_a_bundle_of_one_case_holds_that_case_alone(archive: Archive, tmp_path: Path) -> None:
    case = case_of(archive)
    earlier = [read_checkpoint(next(iter(archive.checkpoints("intake"))).note)]

    out = bundle(tmp_path / "case", archive, Selection(case=case), earlier=earlier)

    report = verify_bundle(out, trust=POLICY)
    assert report.holds, report.as_json()
    for log in NAMES:
        own = [wire for wire in archive.wires(log, 0, 10_000) if case.encode() in leaf_of(wire)]
        assert lines_in(out, log) == own
    assert lines_in(out, "casework")


def test_a_bundle_of_a_span_holds_what_was_recorded_then(archive: Archive, tmp_path: Path) -> None:
    selection = Selection(
        since=datetime(2025, 1, 1, tzinfo=UTC), until=datetime(2025, 4, 1, tzinfo=UTC)
    )

    out = bundle(tmp_path / "span", archive, selection)

    report = verify_bundle(out, trust=POLICY)
    assert report.holds, report.as_json()
    for log in NAMES:
        for line in lines_in(out, log):
            assert b'"time":"2025-0' in line
    assert lines_in(out, "intake")
    assert len(lines_in(out, "intake")) < archive.size("intake")


@pytest.mark.parametrize(
    ("selection", "why"),
    [
        (Selection(case="c-nobody"), "no entry of case c-nobody is under a checkpoint"),
        (
            Selection(
                since=datetime(2025, 4, 1, tzinfo=UTC), until=datetime(2025, 1, 1, tzinfo=UTC)
            ),
            "the span ends before it begins",
        ),
    ],
)
def test_a_selection_of_nothing_is_refused(
    archive: Archive, selection: Selection, why: str, tmp_path: Path
) -> None:
    with pytest.raises(NothingSelected, match=why):
        bundle(tmp_path / "nothing", archive, selection)

    assert not (tmp_path / "nothing").exists()


def test_a_log_that_was_moved_aside_is_no_log(archive: Archive, tmp_path: Path) -> None:
    copy = Archive(Path(shutil.copytree(archive.folder, tmp_path / "copy")))
    shutil.copytree(copy.folder / "logs/intake", copy.folder / "logs/intake.old")

    assert copy.logs() == archive.logs()
    assert verify_bundle(bundle(tmp_path / "b", copy, Selection()), trust=POLICY).holds


def first_key(archive: Archive) -> str:
    """The key of the first entry that is about a person."""
    mark = b'"sealkey":"'
    sealed = next(wire for wire in archive.wires("intake", 0, 100) if mark in wire)
    return sealed.partition(mark)[2].partition(b'"')[0].decode()


def with_an_erasure(archive: Archive, folder: Path) -> Archive:
    """A copy of the archive in which casework told of an erasure last."""
    copy = Archive(Path(shutil.copytree(archive.folder, folder)))
    key_id = first_key(copy)
    erasure = SubjectErased(
        erased_on=day("2025-06-02"), erasure_basis=ErasureBasis.REQUESTED, key_id=key_id
    )
    data, index = erasure.model_dump_json().encode(), copy.size("casework")
    before = from_json(copy.wires("casework", index - 1, 1)[0])
    names = set(envelope.Leaf._fields) - {"sealkey", "keycommitment", "validon", "subject"}
    leaf = envelope.Leaf(
        **{name: before[name] for name in names}
        | dict.fromkeys(("sealkey", "keycommitment", "validon", "subject"))
        | {"id": f"casework/{index}", "type": erasure.TYPE, "index": index}
        | {"datahash": envelope.data_hash(data)}
    )
    copy.log("casework").append([envelope.wire(envelope.leaf_bytes(leaf), data, sealed=False)])
    with copy:
        assert copy.erase([key_id])
    return copy


def test_erased_entries_are_in_a_bundle_as_leaves(archive: Archive, tmp_path: Path) -> None:
    copy = with_an_erasure(archive, tmp_path / "copy")
    wires = copy.wires("casework", 0, 10_000)
    copy.log("casework").keep(len(wires), signed("casework", wires), AT)

    out = bundle(tmp_path / "erased", copy, Selection())

    assert verify_bundle(out, trust=POLICY).holds
    assert any(leaf_of(wire) == wire for wire in lines_in(out, "intake"))


def test_an_erasure_that_nobody_vouches_for_yet_is_waited_for(
    archive: Archive, tmp_path: Path
) -> None:
    copy = with_an_erasure(archive, tmp_path / "copy")

    with pytest.raises(NothingSigned, match=r"an erasure \(casework/\d+\)"):
        bundle(tmp_path / "erased", copy, Selection())
    assert bundle(tmp_path / "case", copy, Selection(case=case_of(copy))).exists()


def test_nothing_is_left_out_silently_of_an_archive_cut_short(
    archive: Archive, tmp_path: Path
) -> None:
    copy = Archive(Path(shutil.copytree(archive.folder, tmp_path / "copy")))
    last = copy.folder / "logs/casework/entries/000000000000.jsonl"
    last.write_bytes(b"".join(wire + b"\n" for wire in copy.wires("casework", 0, 2)))

    with pytest.raises(Damaged, match="casework/2 is missing"):
        bundle(tmp_path / "case", copy, Selection(case=case_of(archive)))
    assert not (tmp_path / "case").exists()


def test_nothing_is_exported_that_nobody_signed(archive: Archive, tmp_path: Path) -> None:
    unsigned = Archive(tmp_path)
    with pytest.raises(NothingSigned):
        contents(unsigned, POLICY, Selection())
    unsigned.log("intake").append(archive.wires("intake", 0, 2))
    with pytest.raises(NothingSigned, match="intake"):
        contents(unsigned, POLICY, Selection())
