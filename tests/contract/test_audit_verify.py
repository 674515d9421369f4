"""A bundle holds, or the report says what is wrong and where."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from staffel_contracts.audit.bundle import BundledKey, Contents, write_bundle
from staffel_contracts.audit.findings import Code, Report
from staffel_contracts.audit.verify import Unusable, verify_bundle
from staffel_contracts.codes import ErasureBasis, ForwardReason, RejectReason
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import SubjectErased
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffAccepted,
    HandoffForwarded,
    HandoffRejected,
    ResponsibilityChanged,
)
from staffel_contracts.facts.notify import EntryDisclosed, FeedEntriesErased
from staffel_contracts.tlog.checkpoint import read_checkpoint, sign_checkpoint
from staffel_contracts.tlog.cosignature import cosign
from staffel_contracts.tlog.keys import Kind, SigningKey
from staffel_contracts.tlog.note import Note
from tests.support.bundles import (
    BEGIN,
    FROM,
    TO,
    WITNESSES,
    MadeLog,
    admission,
    bundle_of,
    course,
    log_key,
    person_key,
    policy,
    story,
)
from tests.support.tampering import members_of, packed

SERVICES = ("intake", "jobcenter_bridge", "notify")
LOGS = story()


def verified(tmp_path: Path, contents: Contents, **more: Any) -> Report:
    write_bundle(tmp_path / "bundle", contents)
    return verify_bundle(tmp_path / "bundle", **more)


def found(report: Report) -> list[tuple[Code, str, int | None]]:
    return [(finding.code, finding.log, finding.index) for finding in report.findings]


def test_a_good_bundle_holds(tmp_path: Path) -> None:
    report = verified(tmp_path, bundle_of(LOGS), trust=policy(SERVICES))

    assert report.findings == []
    assert (report.holds, report.exit_code, report.trust) == (True, 0, "given")
    assert [(log.service, log.entries, log.sealed, log.opened) for log in report.logs] == [
        ("intake", 4, 3, 3),
        ("jobcenter_bridge", 18, 18, 18),
        ("notify", 3, 3, 3),
    ]
    assert [len(log.cosigned) for log in report.logs] == [3, 3, 3]


def test_behind_an_entry_that_is_out_of_place_nothing_more_is_told(tmp_path: Path) -> None:
    write_bundle(tmp_path / "good", bundle_of(LOGS))
    members, name = members_of(tmp_path / "good"), "log/jobcenter_bridge/entries.jsonl"
    lines = members[name].split(b"\n")
    lines[4], lines[5] = lines[5], lines[4]
    once = members | {name: b"\n".join(lines)}
    lines[9] = lines[9].replace(b'"data_base64":"', b'"data_base64":"AAAA')

    reports = []
    for changed in (once, members | {name: b"\n".join(lines)}):
        (tmp_path / "changed").write_bytes(packed(changed))
        reports.append(found(verify_bundle(tmp_path / "changed")))

    assert reports[0] == reports[1]
    assert (Code.INDEX, "jobcenter_bridge", 4) in reports[0]


def test_nor_many_entries_later_where_all_is_in_its_place_again(tmp_path: Path) -> None:
    log = MadeLog("jobcenter_bridge")
    for _ in range(300):
        log.say_data("unknown.v1", b"{}", "c-1")
    log.wires[3], log.wires[4] = log.wires[4], log.wires[3]

    report = verified(tmp_path, bundle_of({"jobcenter_bridge": log}))

    [seen] = report.logs
    assert (Code.INDEX, "jobcenter_bridge", 3) in found(report)
    assert (seen.entries, seen.sealed, seen.opened) == (300, 3, 3)


def test_without_keys_everything_but_the_sealed_rules_is_checked(tmp_path: Path) -> None:
    report = verified(tmp_path, bundle_of(LOGS, keys=False))

    assert report.holds
    assert (report.blind, report.trust) == (3, "bundle")
    assert [log.opened for log in report.logs] == [0, 0, 0]


def test_quickly_only_trees_and_hashes_are_looked_at(tmp_path: Path) -> None:
    report = verified(tmp_path, bundle_of(LOGS), quick=True)

    assert report.holds
    assert (report.depth, [log.opened for log in report.logs]) == ("quick", [0, 0, 0])


def test_an_erased_case_leaves_all_others_checked_and_every_proof_whole(tmp_path: Path) -> None:
    logs = story()
    for log in logs.values():
        for index, leaf in enumerate(log.leaves):
            if b'"subject":"c-1"' in leaf:
                log.erase(index)

    report = verified(tmp_path, bundle_of(logs))

    assert report.findings == []
    assert report.blind == 1
    assert [log.erased for log in report.logs] == [1, 6, 1]


def test_data_that_was_never_sealed_is_not_erased_but_missing(tmp_path: Path) -> None:
    logs = story()
    logs["intake"].erase(0)

    report = verified(tmp_path, bundle_of(logs))
    quickly = verified(tmp_path, bundle_of(logs), quick=True)

    assert found(report) == found(quickly) == [(Code.DATA, "intake", 0)]
    assert [log.erased for log in report.logs] == [0, 0, 0]
    assert report.exit_code == 16


def with_an_erasure_of(case: str, by: str = "casework", kind: str = "whole") -> Contents:
    """Two persons' data is gone, and an erasure of one of them recorded."""
    logs = story(2) | {"casework": MadeLog("casework")}
    erasure = SubjectErased(
        erased_on=DAY, erasure_basis=ErasureBasis.REQUESTED, key_id=person_key(case).key_id
    )
    logs[by].say_open(erasure, case)
    for log in logs.values():
        for index, leaf in enumerate(log.leaves):
            if b'"sealkey":"k-c-0"' in leaf or b'"sealkey":"k-c-1"' in leaf:
                log.erase(index)
    if kind == "whole":
        return bundle_of(logs)
    parts = [log.part(range(len(log.leaves)), (0, len(log.leaves))) for log in logs.values()]
    return replace(bundle_of(logs), logs=tuple(parts), selection={"from": "2026-01-01"})


def test_in_whole_logs_only_a_recorded_erasure_explains_missing_data(tmp_path: Path) -> None:
    report = verified(tmp_path, with_an_erasure_of("c-0"))

    assert found(report) == [
        (Code.INVARIANT, "intake", 2),
        (Code.INVARIANT, "jobcenter_bridge", 6),
        (Code.INVARIANT, "notify", 1),
    ]
    assert report.findings[1].rule.startswith("erasure: the data of 6 entries under this key")


def test_an_erasure_that_another_log_tells_explains_nothing(tmp_path: Path) -> None:
    assert len(found(verified(tmp_path, with_an_erasure_of("c-0", by="notify")))) == 6


def test_what_a_part_shows_no_erasure_of_is_no_fault(tmp_path: Path) -> None:
    assert verified(tmp_path, with_an_erasure_of("c-0", kind="part")).holds


def test_a_log_that_nobody_trusts_is_found(tmp_path: Path) -> None:
    report = verified(tmp_path, bundle_of(LOGS), trust=policy(SERVICES[:2]))

    assert found(report) == [(Code.CHECKPOINT, "notify", None)]
    assert report.exit_code == 10


def test_a_bundle_of_another_origin_is_refused(tmp_path: Path) -> None:
    elsewhere = [log_key(name).verifier._replace(name=f"other.example/{name}") for name in SERVICES]
    trust = "".join(f"log {key.text()}\n" for key in elsewhere) + "quorum none\n"

    report = verified(tmp_path, bundle_of(LOGS), trust=trust.encode())

    assert found(report) == [(Code.CHECKPOINT, name, None) for name in SERVICES]
    assert "no key of the log staffel.example/intake" in report.findings[0].rule


def test_a_policy_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="the policy: line 1"):
        verified(tmp_path, bundle_of(LOGS), trust=b"trust me\n")


def with_checkpoint(name: str, change: Callable[[bytes], bytes]) -> Contents:
    contents = bundle_of(LOGS)
    logs = [
        replace(log, checkpoint=change(log.checkpoint))
        if f"/{name}\n".encode() in log.checkpoint
        else log
        for log in contents.logs
    ]
    return replace(contents, logs=tuple(logs))


def without_cosignatures(data: bytes) -> bytes:
    note = read_checkpoint(data).note
    return Note(note.text, note.signatures[:1]).encode()


def with_a_cosignature_of_before(data: bytes) -> bytes:
    """A cosignature that was given to a smaller tree, under this one."""
    note = read_checkpoint(data).note
    earlier = read_checkpoint(LOGS["intake"].checkpoint(2))
    replayed = cosign(earlier, WITNESSES[0], int(BEGIN.timestamp()))
    return Note(note.text, (note.signatures[0], replayed, *note.signatures[2:])).encode()


def with_a_forged_time(data: bytes) -> bytes:
    note = read_checkpoint(data).note
    first = note.signatures[1]
    forged = first._replace(value=(1).to_bytes(8) + first.value[8:])
    return Note(note.text, (note.signatures[0], forged, *note.signatures[2:])).encode()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (without_cosignatures, Code.QUORUM),
        (with_a_cosignature_of_before, Code.QUORUM),
        (with_a_forged_time, Code.QUORUM),
    ],
    ids=["none", "replayed", "forged"],
)
def test_cosignatures_are_neither_missing_nor_replayed_nor_forged(
    change: Callable[[bytes], bytes], code: Code, tmp_path: Path
) -> None:
    contents = with_checkpoint("intake", change)

    report = verified(tmp_path, contents)

    assert found(report) == [(code, "intake", None)]
    assert report.exit_code == 11


def test_an_operator_with_the_logs_key_who_rewrites_is_found_by_one_old_checkpoint(
    tmp_path: Path,
) -> None:
    rewritten = story()
    (tmp_path / "kept").write_bytes(LOGS["intake"].checkpoint(2))

    report = verified(tmp_path, bundle_of(rewritten, quorum=0), since=[tmp_path / "kept"])

    # The same facts, sealed anew: every signature is right, and yet the story is another.
    assert found(report) == [(Code.HISTORY, "intake", None)]
    assert report.exit_code == 12


def test_a_log_that_only_grew_continues_what_was_seen(tmp_path: Path) -> None:
    earlier = [tmp_path / f"kept-{size}" for size in (0, 1, 3, 4)]
    for path in earlier:
        path.write_bytes(LOGS["intake"].checkpoint(int(path.name[-1])))

    report = verified(tmp_path, bundle_of(LOGS), since=earlier)

    assert report.holds
    assert [log.since for log in report.logs] == [4, None, None]


def test_a_bundle_kept_is_as_good_as_its_checkpoints(tmp_path: Path) -> None:
    write_bundle(tmp_path / "old", bundle_of(LOGS))

    report = verified(tmp_path, bundle_of(LOGS), since=[tmp_path / "old"])

    assert [log.since for log in report.logs] == [4, 18, 3]


def test_a_log_cut_back_is_found(tmp_path: Path) -> None:
    shorter = replace(
        LOGS["intake"].whole(),
        checkpoint=LOGS["intake"].checkpoint(2),
        lines=lambda: enumerate(LOGS["intake"].wires[:2]),
    )
    (tmp_path / "kept").write_bytes(LOGS["intake"].checkpoint(4))
    contents = replace(bundle_of({"intake": LOGS["intake"]}), logs=(shorter,))

    report = verified(tmp_path, contents, since=[tmp_path / "kept"])

    assert (Code.HISTORY, "intake", None) in found(report)
    assert "4 entries were seen before, now there are 2" in report.findings[0].rule


def test_a_log_that_is_left_out_is_missed(tmp_path: Path) -> None:
    write_bundle(tmp_path / "old", bundle_of(LOGS))
    fewer = {name: LOGS[name] for name in ("intake", "jobcenter_bridge")}

    report = verified(tmp_path, bundle_of(fewer), trust=policy(SERVICES), since=[tmp_path / "old"])

    assert found(report) == [(Code.HISTORY, "notify", None)]


def test_what_was_kept_must_be_signed_by_its_log(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"something")
    (tmp_path / "other").write_bytes(MadeLog("casework").checkpoint(0))

    for name in ("kept", "other"):
        with pytest.raises(Unusable, match=name):
            verified(tmp_path, bundle_of(LOGS), since=[tmp_path / name])


def test_what_was_kept_before_a_key_was_struck_is_compared_under_a_policy_that_names_it(
    tmp_path: Path,
) -> None:
    struck = SigningKey(log_key("intake").name, Kind.NOTE, bytes(32))
    kept = read_checkpoint(LOGS["intake"].checkpoint(2)).checkpoint
    (tmp_path / "kept").write_bytes(sign_checkpoint(kept, struck).note.encode())
    now = policy(SERVICES)
    both = f"log {struck.verifier.text()}\n".encode() + now

    with pytest.raises(Unusable) as unusable:
        verified(tmp_path, bundle_of(LOGS), trust=now, since=[tmp_path / "kept"])
    continued = verified(tmp_path, bundle_of(LOGS), trust=both, since=[tmp_path / "kept"])
    rewritten = verified(tmp_path, bundle_of(story()), trust=both, since=[tmp_path / "kept"])

    said = "kept: of log staffel.example/intake: no key that the policy names signed it; "
    assert said + "where its key was struck" in str(unusable.value)
    assert continued.holds
    assert (Code.HISTORY, "intake", None) in found(rewritten)


def part(indexes: list[int], selection: dict[str, str], **more: Any) -> Contents:
    log = LOGS["jobcenter_bridge"].part(indexes, **more)
    whole = bundle_of(LOGS)
    return replace(whole, logs=(log,), selection=selection)


def test_a_case_alone_holds_by_its_proofs(tmp_path: Path) -> None:
    of_case = list(range(6, 12))

    report = verified(tmp_path, part(of_case, {"case": "c-1"}))

    assert report.findings == []
    assert (report.kind, report.selection) == ("part", {"case": "c-1"})


def test_a_case_without_its_acceptance_does_not_hold(tmp_path: Path) -> None:
    report = verified(tmp_path, part([6, 7, 8, 9, 11], {"case": "c-1"}))

    assert [finding.rule[:3] for finding in report.findings] == ["I2:"]
    assert report.findings[0].index == 11
    assert report.exit_code == 19


def test_a_span_leaves_nothing_out(tmp_path: Path) -> None:
    months = {"from": "2026-03-01", "to": "2026-03-02"}
    assert verified(tmp_path, part([3, 4, 5], months, span=(3, 6))).holds

    middle = verified(tmp_path, part([3, 5], months, span=(3, 6)))
    end = verified(tmp_path, part([3, 4], months, span=(3, 6)))

    assert found(middle) == [(Code.INDEX, "jobcenter_bridge", 5)]
    assert found(end) == [(Code.INDEX, "jobcenter_bridge", 5)]


def tampered_part(
    tmp_path: Path, change: Callable[[list[bytes], list[bytes]], tuple[list[bytes], list[bytes]]]
) -> Report:
    write_bundle(tmp_path / "part", part([3, 4, 5], {"from": "2026-03-01"}))
    members = members_of(tmp_path / "part")
    names = [f"log/jobcenter_bridge/{name}" for name in ("entries.jsonl", "proofs")]
    changed = change(*(members[name].split(b"\n")[:-1] for name in names))
    for name, lines in zip(names, changed, strict=True):
        members[name] = b"".join(line + b"\n" for line in lines)
    (tmp_path / "part").write_bytes(packed(members))
    return verify_bundle(tmp_path / "part", quick=True)


def test_in_a_part_entries_and_proofs_belong_together(tmp_path: Path) -> None:
    as_it_was = tampered_part(tmp_path, lambda lines, proofs: (lines, proofs))
    proof_left = tampered_part(tmp_path, lambda lines, proofs: (lines[:2], proofs))
    proof_gone = tampered_part(tmp_path, lambda lines, proofs: (lines, proofs[:2]))
    other_proof = tampered_part(tmp_path, lambda lines, proofs: (lines, proofs[::-1]))
    twice = tampered_part(tmp_path, lambda lines, proofs: (lines[:1] * 2, proofs[:1] * 2))

    name = "jobcenter_bridge"
    assert as_it_was.holds
    assert as_it_was.logs[0].entries == 3
    assert found(proof_left) == [(Code.INDEX, name, 5)]
    assert found(proof_gone) == [(Code.ROOT, name, 5)]
    assert {(Code.ROOT, name, 5), (Code.ROOT, name, 3)} <= set(found(other_proof))
    assert found(twice) == [(Code.INDEX, name, 3)]


def test_a_part_is_shown_to_continue_what_was_seen(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(LOGS["jobcenter_bridge"].checkpoint(7))
    kept = [tmp_path / "kept"]

    proven = verified(tmp_path, part([2], {"case": "?"}, since=(7,)), since=kept)
    unproven = verified(tmp_path, part([2], {"case": "?"}, since=(8,)), since=kept)

    assert proven.logs[0].since == 7
    assert (Code.HISTORY, "jobcenter_bridge", None) not in found(proven)
    assert found(unproven)[0] == (Code.HISTORY, "jobcenter_bridge", None)


def test_a_part_of_a_log_that_was_rewritten_since_is_found(tmp_path: Path) -> None:
    seen = MadeLog("jobcenter_bridge", [b"another leaf", *LOGS["jobcenter_bridge"].leaves[1:]])
    (tmp_path / "kept").write_bytes(seen.checkpoint(7))
    contents = part([2], {"case": "?"}, since=(7,))

    report = verified(tmp_path, contents, since=[tmp_path / "kept"], quick=True)

    assert found(report) == [(Code.HISTORY, "jobcenter_bridge", None)]
    assert report.logs[0].since is None


def test_a_part_continues_an_empty_log_and_the_very_one_without_a_proof(tmp_path: Path) -> None:
    for size in (0, 18):
        (tmp_path / "kept").write_bytes(LOGS["jobcenter_bridge"].checkpoint(size))

        report = verified(tmp_path, part([2], {"case": "?"}), since=[tmp_path / "kept"], quick=True)

        assert (found(report), report.logs[0].since) == ([], size)


def test_a_part_without_any_proof_is_found_at_its_first_entry(tmp_path: Path) -> None:
    report = tampered_part(tmp_path, lambda lines, _: (lines[:1], []))

    assert found(report) == [(Code.ROOT, "jobcenter_bridge", 0)]


def test_of_a_part_nothing_is_read_that_no_proof_leads_from(tmp_path: Path) -> None:
    log = MadeLog("jobcenter_bridge")
    for _ in range(2):
        log.say_data("handoff-accepted.v1", b'{"accepted_on":"never"}', "c-1")
    whole = bundle_of({"jobcenter_bridge": log})
    one = replace(whole, logs=(log.part([0]),), selection={"case": "c-1"})
    write_bundle(tmp_path / "part", one)
    members, name = members_of(tmp_path / "part"), "log/jobcenter_bridge/proofs"
    members[name] = b"0 " + b64encode(bytes(32)) + b"\n"
    (tmp_path / "part").write_bytes(packed(members))

    assert found(verify_bundle(tmp_path / "part")) == [(Code.ROOT, "jobcenter_bridge", 0)]


def test_another_key_under_the_same_id_is_found(tmp_path: Path) -> None:
    contents = bundle_of(LOGS)
    keys = [BundledKey("k-c-1", bytes(32)) if k.key_id == "k-c-1" else k for k in contents.keys]

    report = verified(tmp_path, replace(contents, keys=keys))

    assert {code for code, _, _ in found(report)} == {Code.KEY}
    assert (Code.KEY, "intake", 2) in found(report)
    assert report.exit_code == 17


def test_a_fact_that_breaks_its_schema_is_found_and_not_shown(tmp_path: Path) -> None:
    log = MadeLog("jobcenter_bridge")
    log.say_data("handoff-accepted.v1", b'{"accepted_on":"Samira Beispiel"}', "c-1")

    report = verified(tmp_path, bundle_of({"jobcenter_bridge": log}))

    assert found(report) == [(Code.SCHEMA, "jobcenter_bridge", 0)]
    assert "accepted_on" in report.findings[0].rule
    assert "Samira" not in json.dumps(report.as_json())


def test_an_unknown_type_is_told_and_is_no_fault(tmp_path: Path) -> None:
    log = MadeLog("intake")
    log.say_data("dreamt-of.v1", b"{}")

    report = verified(tmp_path, bundle_of({"intake": log}))

    assert report.holds
    assert report.logs[0].unknown == {"dreamt-of.v1": 1}


CHANGED, HANDED, _, _, ACCEPTED, MOVED = course("c-0")
assert isinstance(HANDED, HandedToJobcenter)
assert isinstance(ACCEPTED, HandoffAccepted)
assert isinstance(MOVED, ResponsibilityChanged)
AGAIN = HANDED.model_copy(update={"handoff_id": "h-2"})
IDS = ACCEPTED.model_dump(include={"handoff_id", "domain", "from_agency", "to_agency"})
DAY = date(2026, 2, 1)


@pytest.mark.parametrize(
    ("at", "fact", "rule"),
    [
        (1, CHANGED, "I1: responsibility moves away from another"),
        (1, CHANGED.model_copy(update={"from_agency": FROM, "valid_from": DAY}), "I1: .*has it"),
        (
            5,
            MOVED.model_copy(update={"valid_from": date(2026, 1, 5)}),
            "I1: two agencies",
        ),
        (5, MOVED.model_copy(update={"valid_from": date(2026, 9, 1)}), "I1: .*before its day"),
        (5, MOVED.model_copy(update={"to_agency": "jobcenter-14612"}), "I2: another agency"),
        (5, MOVED.model_copy(update={"valid_from": date(2026, 1, 20)}), "I2: .*before the day"),
        (1, MOVED, "I2: .*without an acceptance"),
        (0, CHANGED.model_copy(update={"from_agency": TO}), "I1: the first agency"),
        (0, CHANGED.model_copy(update={"handoff_id": "h-1"}), "I2: the first change"),
        (0, HANDED, "I1: a person is handed over"),
        (0, CHANGED.model_copy(update={"valid_from": date(2026, 1, 6)}), "I1: .*admission"),
        (2, HANDED, "I7: a handoff begins twice"),
        (2, AGAIN, "I7: a handoff begins while"),
        (5, ACCEPTED, "I7: a handoff is decided twice"),
        (4, ACCEPTED.model_copy(update={"accepted_digest": "0" * 64}), "I8: another sheet"),
        (3, ACCEPTED, "I8: .*not delivered and taken up"),
        (
            1,
            HandoffRejected(
                **IDS,
                rejected_on=DAY,
                reason_code=RejectReason.NOT_COMPETENT_LOCAL,
                resubmittable=True,
            ),
            "I7: a handoff is decided that never began",
        ),
        (
            4,
            HandoffForwarded(
                **IDS,
                forwarded_on=DAY,
                reason_code=ForwardReason.NOT_COMPETENT_LOCAL,
                forwarded_to="jobcenter-14612",
                new_handoff_id="h-2",
                first_received_on=date(2026, 1, 11),
            ),
            "I6: the day of the first receipt is not passed on",
        ),
    ],
)
def test_a_broken_rule_is_found_at_its_entry(
    at: int, fact: Fact, rule: str, tmp_path: Path
) -> None:
    logs = {"intake": story(1)["intake"], "jobcenter_bridge": MadeLog("jobcenter_bridge")}
    for index, each in enumerate([*course("c-0")[:at], fact]):
        logs["jobcenter_bridge"].say(each, "c-0", "intake/1" if index == 0 else "command/1")

    report = verified(tmp_path, bundle_of(logs))

    rules = [f for f in report.findings if re.match(rule, f.rule)]
    assert rules, report.findings
    assert rules[0].code is Code.INVARIANT
    assert "admission" in rule or rules[0].index == at


def test_nobody_responsible_for_a_person_admitted_is_found(tmp_path: Path) -> None:
    logs = story(2)
    bridge = MadeLog("jobcenter_bridge")
    bridge.say(CHANGED, "c-1", "intake/2")  # so that the first admission was surely heard

    report = verified(tmp_path, bundle_of({"intake": logs["intake"], "jobcenter_bridge": bridge}))

    assert found(report) == [(Code.INVARIANT, "intake", 1)]


@pytest.mark.parametrize(
    ("numbers", "at"), [([0, 2], [1]), ([1], [0]), ([0, 1, 1], [2]), ([0, 1, 2, 0, 4], [3, 4])]
)
def test_a_feed_with_a_hole_or_a_number_twice_is_found(
    numbers: list[int], at: list[int], tmp_path: Path
) -> None:
    log = MadeLog("notify")
    for number in numbers:
        log.say(EntryDisclosed(agency=TO, feed_index=number, view={}), "c-1")

    report = verified(tmp_path, bundle_of({"notify": log}))

    assert found(report) == [(Code.INVARIANT, "notify", index) for index in at]


def test_what_was_erased_from_a_feed_leaves_a_hole_that_is_no_fault(tmp_path: Path) -> None:
    log = MadeLog("notify")
    for number in range(3):
        log.say(EntryDisclosed(agency=TO, feed_index=number, view={}), "c-1")
    log.erase(1)

    assert verified(tmp_path, bundle_of({"notify": log})).holds


@pytest.mark.parametrize(("kept", "at"), [((1, 2, 3), []), ((1, 3), [2]), ((), [2])])
def test_numbers_that_a_fact_keeps_need_no_entry_that_had_them(
    kept: tuple[int, ...], at: list[int], tmp_path: Path
) -> None:
    """As after a restore that could not tell which of them had been given."""
    log = MadeLog("notify")
    log.say(EntryDisclosed(agency=TO, feed_index=0, view={}), "c-1")
    places = tuple({"feedindex": number} for number in (0, *kept))
    log.say(FeedEntriesErased(agency=TO, entries=places), "c-1")
    log.say(EntryDisclosed(agency=TO, feed_index=4, view={}), "c-1")

    report = verified(tmp_path, bundle_of({"notify": log}))

    assert found(report) == [(Code.INVARIANT, "notify", index) for index in at]


def test_one_erased_entry_of_a_feed_excuses_one_hole(tmp_path: Path) -> None:
    log = MadeLog("notify")
    for number in (0, 1, 2, 4):
        log.say(EntryDisclosed(agency=TO, feed_index=number, view={}), "c-1")
    log.erase(1)

    report = verified(tmp_path, bundle_of({"notify": log}))

    assert found(report) == [(Code.INVARIANT, "notify", 3)]


@pytest.mark.parametrize(
    "view",
    [
        {"type": "of-a-later-version.v1", "data": {"anything": "at all"}},
        {"type": "person-admitted.v1"},
    ],
)
def test_of_what_is_not_known_or_no_longer_there_nobody_was_told_too_much(
    view: dict[str, Any], tmp_path: Path
) -> None:
    log = MadeLog("notify")
    log.say(EntryDisclosed(agency=TO, feed_index=0, view=view), "c-1")

    assert verified(tmp_path, bundle_of({"notify": log})).holds


def test_a_case_of_which_something_is_erased_is_judged_by_no_rule(tmp_path: Path) -> None:
    logs = story(2)
    logs["jobcenter_bridge"].erase(5)  # that what was accepted took effect

    report = verified(tmp_path, bundle_of(logs))

    assert (found(report), report.blind) == ([], 1)


def test_what_is_said_again_in_an_older_version_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = story(1)
    logs["jobcenter_bridge"].say(course("c-0")[0], "c-0", "jobcenter_bridge/5")

    moved_twice = verified(tmp_path, bundle_of(logs))
    monkeypatch.setattr(ResponsibilityChanged, "SUCCESSOR", "responsibility-changed.v2")
    said_again = verified(tmp_path, bundle_of(logs))

    assert {finding.rule[:2] for finding in moved_twice.findings} == {"I1"}
    assert found(said_again) == []


def test_an_agency_that_was_told_too_much_is_found(tmp_path: Path) -> None:
    log = MadeLog("notify")
    view = {"type": "person-admitted.v1", "data": {"family_name": "Beispiel"}}
    log.say(EntryDisclosed(agency=TO, feed_index=0, view=view), "c-1")

    report = verified(tmp_path, bundle_of({"notify": log}))

    assert found(report) == [(Code.INVARIANT, "notify", 0)]
    assert "family_name" in report.findings[0].rule
    assert "Beispiel" not in report.findings[0].rule


def test_time_and_causes_run_forward(tmp_path: Path) -> None:
    log = MadeLog("intake")
    log.say_data("dreamt-of.v1", b"{}", cause="intake/0")

    report = verified(tmp_path, bundle_of({"intake": log}))

    assert found(report) == [(Code.INVARIANT, "intake", 0)]
    assert report.findings[0].rule == "its cause does not precede it"


@pytest.mark.parametrize("number", ["9" * 5000, "x", "", "007", "٣", "-1", "0/0"])
def test_a_cause_that_is_no_number_is_a_finding(number: str, tmp_path: Path) -> None:
    log, bridge = MadeLog("intake"), MadeLog("jobcenter_bridge")
    log.say_data("dreamt-of.v1", b"{}", cause=f"intake/{number}")
    bridge.say_data("dreamt-of.v1", b"{}", cause=f"intake/{number}")

    report = verified(tmp_path, bundle_of({"intake": log, "jobcenter_bridge": bridge}))

    assert found(report) == [(Code.INVARIANT, "intake", 0)]


def test_progress_is_told(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []

    verified(tmp_path, bundle_of(LOGS), watch=lambda *told: seen.append(told))

    assert seen == [("intake", 4, 4), ("jobcenter_bridge", 18, 18), ("notify", 3, 3)]


def altered(tmp_path: Path, change: Callable[[dict[str, bytes], str], None]) -> Report:
    """A report on the bundle with something changed in the bridge's log."""
    write_bundle(tmp_path / "good", bundle_of(LOGS))
    members = members_of(tmp_path / "good")
    change(members, "log/jobcenter_bridge")
    (tmp_path / "changed").write_bytes(packed(members))
    return verify_bundle(tmp_path / "changed")


def line_changed(index: int, old: bytes, new: bytes) -> Callable[[dict[str, bytes], str], None]:
    def change(members: dict[str, bytes], log: str) -> None:
        lines = members[f"{log}/entries.jsonl"].split(b"\n")
        lines[index] = lines[index].replace(old, new) if old else new
        members[f"{log}/entries.jsonl"] = b"\n".join(lines)

    return change


def hash_changed(members: dict[str, bytes], log: str) -> None:
    first, *rest = members[f"{log}/hashes"]
    members[f"{log}/hashes"] = bytes([first ^ 1, *rest])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (line_changed(2, b'"district":"12069"', b'"district":"12070"'), [(Code.ROOT, 2)]),
        (line_changed(2, b'"data_base64":"', b'"data_base64":"AAAA'), [(Code.DATA, 2)]),
        (line_changed(2, b"", b"x"), [(Code.LEAF, 2), (Code.ROOT, 2)]),
        (hash_changed, [(Code.ROOT, 0), (Code.ROOT, None)]),
    ],
)
def test_what_was_altered_is_told_once_and_at_its_place(
    tmp_path: Path,
    change: Callable[[dict[str, bytes], str], None],
    expected: list[tuple[Code, int | None]],
) -> None:
    report = altered(tmp_path, change)

    told = {(one.code, one.index) for one in report.findings if one.code is not Code.INVARIANT}
    assert told == {*expected}


def test_leaves_are_compared_up_to_an_entry_that_is_out_of_place(tmp_path: Path) -> None:
    def change(members: dict[str, bytes], log: str) -> None:
        line_changed(2, b'"district":"12069"', b'"district":"12070"')(members, log)
        lines = members[f"{log}/entries.jsonl"].split(b"\n")
        lines[4], lines[5] = lines[5], lines[4]
        members[f"{log}/entries.jsonl"] = b"\n".join(lines)

    report = altered(tmp_path, change)

    placed = [(one.code, one.index) for one in report.findings if one.index is not None]
    assert [index for code, index in placed if code is Code.ROOT] == [2]


@pytest.mark.parametrize(("heard", "broken"), [((), []), ((0,), [(Code.INVARIANT, "intake", 0)])])
def test_the_first_who_was_admitted_has_nobody_once_the_bridge_has_heard_of_it(
    heard: tuple[int, ...], broken: list[tuple[Code, str, int]], tmp_path: Path
) -> None:
    intake, bridge = MadeLog("intake"), MadeLog("jobcenter_bridge")
    intake.say(admission("c-0"), "c-0")
    for index in heard:
        bridge.say_data("dreamt-of.v1", b"{}", cause=f"intake/{index}")

    report = verified(tmp_path, bundle_of({"intake": intake, "jobcenter_bridge": bridge}))

    assert found(report) == broken


def test_what_is_not_known_of_a_case_hides_nothing_of_it(tmp_path: Path) -> None:
    logs = story(1)
    logs["jobcenter_bridge"].say_data("dreamt-of.v1", b"{}", "c-0", "intake/0")
    logs["jobcenter_bridge"].say(course("c-0")[0], "c-0", "intake/0")  # again: it moved already

    report = verified(tmp_path, bundle_of(logs))

    assert report.blind == 0
    assert {finding.rule[:2] for finding in report.findings} == {"I1"}


def test_who_was_admitted_and_not_heard_of_yet_breaks_no_rule(tmp_path: Path) -> None:
    alone = {"intake": LOGS["intake"]}

    assert found(verified(tmp_path, bundle_of(alone), trust=policy(alone))) == []
