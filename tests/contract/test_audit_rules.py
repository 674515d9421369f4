"""Rules between the logs of one case: what an auditor reckons anew, and what nobody said."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from staffel_contracts.audit.bundle import write_bundle
from staffel_contracts.audit.findings import Code, Report
from staffel_contracts.audit.verify import verify_bundle
from staffel_contracts.codes import (
    AgencyKind,
    BenefitOutcome,
    BridgingInstrument,
    CloseReason,
    ConsentKind,
    GapCause,
    OverlapCause,
    OverlapSeverity,
    ResponsibilityDomain,
    SheetField,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework, intake
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.sheet import sheet_digest
from tests.support.bundles import FROM, TO, MadeLog, admission, bundle_of, course

CASE = "c-0"
FIELDS = {SheetField.GIVEN_NAME: "Samira", SheetField.FAMILY_NAME: "Beispiel"}
DIGEST = sheet_digest({code.value: value for code, value in FIELDS.items()})
END = date(2026, 1, 31)
START = date(2026, 2, 1)
A_DAY = timedelta(days=1)
Said = list[tuple[Fact, str]]
Tale = dict[str, Said]
"""By log, what it says and why."""


def tale() -> Tale:
    """Taken in, recognised, handed over, paid from the first day on, complete: all rules hold."""
    changed, handed, *rest = course(CASE)
    handed = handed.model_copy(update={"sheet_digest": DIGEST})
    return {
        "intake": [(admission(CASE), "command/1"), *((quota(), "command/1") for _ in range(9))],
        "casework": [(computed(), "intake/0"), (drafted(), "intake/0"), (sheet(), "intake/0")],
        "jobcenter_bridge": [
            (changed, "intake/0"),
            (handed, "casework/2"),
            *((with_digest(fact), "command/1") for fact in rest),
            (starts(START), "command/1"),
            (completed(), "command/1"),
        ],
    }


def quota() -> Fact:
    return intake.ReceptionQuotaSet(district="12069", year=2026, persons=1)


def with_digest(fact: Fact) -> Fact:
    known = isinstance(fact, bridge.HandoffAccepted)
    return fact.model_copy(update={"accepted_digest": DIGEST}) if known else fact


def computed(end_on: date = END, **more: Any) -> casework.EntitlementEndComputed:
    usual: dict[str, Any] = {
        "end_on": end_on,
        "next_start_on": end_on + A_DAY,
        "last_lossfree_on": date(2026, 2, 28),
        "rule_id": "R01",
        "rule_version": 1,
        "inputs": {},
    }
    return casework.EntitlementEndComputed(**usual | more)


def revised(end_on: date, replaces: date) -> casework.EntitlementEndRevised:
    known = computed(end_on).model_dump()
    return casework.EntitlementEndRevised(**known, replaces_end_on=replaces)


def goes_on(replaces: date) -> casework.EntitlementEndWithdrawn:
    return casework.EntitlementEndWithdrawn(
        withdrawn_on=date(2026, 1, 15), replaces_end_on=replaces, inputs={}
    )


def drafted(**more: Any) -> casework.HandoffDrafted:
    usual: dict[str, Any] = {
        "handoff_id": "h-c-0",
        "domain": ResponsibilityDomain.BENEFITS,
        "from_agency": FROM,
        "to_agency": TO,
        "drafted_on": date(2026, 1, 10),
        "effective_on": START,
    }
    return casework.HandoffDrafted(**usual | more)


def sheet(**more: Any) -> casework.HandoverSheetCompleted:
    usual: dict[str, Any] = {
        "sheet_ref": "s-1",
        "profile_id": "district-to-jobcenter/1",
        "from_agency": FROM,
        "to_agency": TO,
        "effective_on": START,
        "lossfree_on": date(2026, 2, 28),
        "field_codes": tuple(FIELDS),
        "digest": DIGEST,
        "fields": FIELDS,
    }
    return casework.HandoverSheetCompleted(**usual | more)


def ids() -> dict[str, Any]:
    domain = ResponsibilityDomain.BENEFITS
    return {"handoff_id": "h-c-0", "domain": domain, "from_agency": FROM, "to_agency": TO}


def starts(on: date) -> Fact:
    return bridge.BenefitStartNotified(**ids(), notified_on=date(2026, 2, 2), starts_on=on)


def completed() -> Fact:
    on = date(2026, 2, 2)
    return bridge.HandoffCompleted(**ids(), completed_on=on, benefit_start_on=on, days_to_accept=2)


def gap(first: date) -> Fact:
    cause = GapCause.NO_BENEFIT_DECISION
    return bridge.CoverageGapDetected(from_on=first, detected_on=first, cause_code=cause)


def closed(first: date, last: date) -> Fact:
    days = (last - first).days + 1
    cause = GapCause.NO_BENEFIT_DECISION
    return bridge.CoverageGapClosed(from_on=first, to_on=last, days=days, cause_code=cause)


def bridged(first: date, last: date, agency: str = FROM) -> Fact:
    return bridge.BridgingGranted(
        bridging_ref="b-1",
        instrument=BridgingInstrument.ASYLBENS_CONTINUED,
        agency=agency,
        granted_on=first,
        from_on=first,
        to_on=last,
    )


def overlap(first: date, last: date) -> Fact:
    return bridge.CoverageOverlapDetected(
        from_on=first,
        to_on=last,
        detected_on=last + A_DAY,
        severity=OverlapSeverity.EXPECTED,
        cause_code=OverlapCause.BRIDGING,
    )


def printed(agency: str, on: date) -> Fact:
    return casework.HandoverSheetPrinted(
        sheet_ref="s-1", agency=agency, printed_on=on, pdf_digest="ab" * 32
    )


def consent(recipient: str, valid_to: date) -> Fact:
    return intake.ConsentGiven(
        consent_ref="consent-1",
        consent_kind=ConsentKind.COUNSELLING_SUMMARY,
        recipient=recipient,
        given_on=date(2026, 1, 6),
        valid_to=valid_to,
    )


def counselling(**more: Any) -> casework.HandoverSheetCompleted:
    domain = ResponsibilityDomain.INTEGRATION_COUNSELLING
    youth = {"to_agency": "youth-office-12069", "to_kind": AgencyKind.YOUTH_OFFICE}
    return sheet(sheet_ref="s-2", domain=domain, **youth | more)


def verified(tmp_path: Path, said: Tale) -> Report:
    logs = {name: MadeLog(name) for name in said}
    for name, entries in said.items():
        for fact, cause in entries:
            logs[name].say(fact, CASE, cause)
    write_bundle(tmp_path / "bundle", bundle_of(logs))
    return verify_bundle(tmp_path / "bundle")


def rules(report: Report) -> list[str]:
    assert {finding.code for finding in report.findings} <= {Code.INVARIANT}
    return [finding.rule for finding in report.findings]


def test_a_case_in_all_logs_holds(tmp_path: Path) -> None:
    assert rules(verified(tmp_path, tale())) == []


def says(log: str, *facts: Fact, at: int | None = None) -> Callable[[Tale], None]:
    """Let a log say more, at its end or at an index."""

    def change(said: Tale) -> None:
        index = len(said[log]) if at is None else at
        said[log][index:index] = [(fact, "command/1") for fact in facts]

    return change


def says_instead(log: str, index: int, fact: Fact | None) -> Callable[[Tale], None]:
    """Let a log say another fact, or none."""

    def change(said: Tale) -> None:
        cause = said[log][index][1]
        said[log][index : index + 1] = [(fact, cause)] if fact else []

    return change


def both(*changes: Callable[[Tale], None]) -> Callable[[Tale], None]:
    def change(said: Tale) -> None:
        for one in changes:
            one(said)

    return change


def closes(reason: CloseReason) -> Callable[[Tale], None]:
    """The district closes the case on the day on which the jobcenter takes over."""
    return says(CASEWORK, casework.CaseClosed(closed_on=START, reason_code=reason), at=1)


LATE = date(2026, 2, 11)
STARTS, COMPLETED = 6, 7
CASEWORK, BRIDGE = "casework", "jobcenter_bridge"


@pytest.mark.parametrize(
    ("change", "rule", "log", "index"),
    [
        (says_instead(BRIDGE, STARTS, starts(LATE)), "I3: a day is without", BRIDGE, 7),
        (
            both(
                says_instead(BRIDGE, STARTS, starts(LATE)),
                says(BRIDGE, gap(START), closed(START, date(2026, 2, 9))),
            ),
            "I3: a day is without",
            BRIDGE,
            9,
        ),
        (says(BRIDGE, bridged(START, LATE)), "I4: a day is paid twice", BRIDGE, 8),
        (
            says(BRIDGE, bridged(START, LATE), overlap(START, LATE - A_DAY)),
            "I4: a day is paid twice",
            BRIDGE,
            9,
        ),
        (
            says_instead(CASEWORK, 0, computed(next_start_on=date(2026, 2, 2))),
            "I5: the next day",
            CASEWORK,
            0,
        ),
        (says_instead(CASEWORK, 2, sheet(effective_on=LATE)), "I5: .* another day", CASEWORK, 2),
        (
            both(
                says_instead(CASEWORK, 0, computed(date(2026, 2, 28))),
                says_instead(CASEWORK, 1, drafted(by_hand=True)),
            ),
            "I5: accepted for a day on which",
            BRIDGE,
            4,
        ),
        (says_instead(CASEWORK, 2, sheet(digest="0" * 64)), "I8: the digest", CASEWORK, 2),
        (
            says_instead(
                CASEWORK,
                2,
                sheet(
                    fields={SheetField.GIVEN_NAME: "Amal"},
                    field_codes=(SheetField.GIVEN_NAME,),
                    digest=sheet_digest({"given-name": "Amal"}),
                ),
            ),
            "I8: another sheet is submitted",
            BRIDGE,
            1,
        ),
        (
            says_instead(CASEWORK, 2, sheet(field_codes=(SheetField.GIVEN_NAME,))),
            "I10: a sheet tells other fields",
            CASEWORK,
            2,
        ),
        (
            says_instead(CASEWORK, 2, sheet(withheld_codes=(SheetField.GIVEN_NAME,))),
            "I10: a field that is withheld",
            CASEWORK,
            2,
        ),
        (says(CASEWORK, counselling()), "I10: .*without the consent", CASEWORK, 3),
        (
            both(
                says("intake", consent("youth-office-12054", date(2027, 1, 1)), at=1),
                says(CASEWORK, counselling()),
            ),
            "I10: .* the consent that it takes",
            CASEWORK,
            3,
        ),
        (
            both(
                says("intake", consent("youth-office-12069", date(2026, 2, 20)), at=1),
                says(CASEWORK, counselling()),
            ),
            "I10: a sheet leaves without",
            CASEWORK,
            3,
        ),
        (
            says(
                CASEWORK,
                casework.HandoffInformationSupplied(
                    handoff_id="h-c-0",
                    supplied_on=date(2026, 1, 12),
                    item_codes=(SheetField.RELIGION,),
                    fields={SheetField.RELIGION: "x"},
                ),
            ),
            "I11: a field is told that leaves to nobody",
            CASEWORK,
            3,
        ),
        (says(CASEWORK, printed(FROM, LATE)), "I11: its sender prints", CASEWORK, 3),
        (says(CASEWORK, computed()), "I13: an end is computed anew", CASEWORK, 3),
        (
            says(CASEWORK, revised(LATE, date(2026, 1, 1))),
            "I13: a revision takes the place of an end",
            CASEWORK,
            3,
        ),
        (
            says(CASEWORK, goes_on(date(2026, 1, 1))),
            "I13: an end is withdrawn that was not the last",
            CASEWORK,
            3,
        ),
    ],
)
def test_a_broken_rule_between_logs_is_found_at_its_entry(
    change: Callable[[Tale], None], rule: str, log: str, index: int, tmp_path: Path
) -> None:
    said = tale()
    change(said)

    report = verified(tmp_path, said)

    assert rules(report)
    places = [(found.log, found.index) for found in report.findings if re.match(rule, found.rule)]
    assert places == [(log, index)], report.findings


@pytest.mark.parametrize("reason", [CloseReason.HANDED_OVER, CloseReason.MOVED_AWAY])
def test_days_without_benefits_are_told_after_the_district_closed_a_case_that_is_anothers(
    reason: CloseReason, tmp_path: Path
) -> None:
    said = tale()
    both(says_instead(BRIDGE, STARTS, starts(LATE)), closes(reason))(said)

    assert rules(verified(tmp_path, said)) == ["I3: a day is without benefits, and no gap was told"]


def cut(log: str, size: int) -> Callable[[Tale], None]:
    """Let a log end earlier."""

    def change(said: Tale) -> None:
        del said[log][size:]

    return change


def elsewhere(said: Tale) -> None:
    """Something is said of benefits that the bridge, as far as is known, has not heard."""
    said[CASEWORK].append((revised(date(2026, 1, 15), END), "command/1"))


BACK = bridge.ResponsibilityChanged(
    domain=ResponsibilityDomain.BENEFITS,
    from_agency=TO,
    to_agency=FROM,
    valid_from=date(2026, 2, 20),
    handoff_id="h-back",
)


@pytest.mark.parametrize(
    "change",
    [
        both(
            says_instead(BRIDGE, STARTS, starts(LATE)),
            says(BRIDGE, gap(START), closed(START, LATE - A_DAY)),
        ),
        both(says_instead(BRIDGE, STARTS, starts(LATE)), says(BRIDGE, gap(START))),
        both(
            says_instead(BRIDGE, STARTS, starts(LATE)),
            says(BRIDGE, bridged(START, LATE - A_DAY)),
        ),
        says(BRIDGE, bridged(START, LATE), overlap(START, LATE)),
        says(BRIDGE, bridged(START, LATE, TO)),
        says(
            BRIDGE,
            bridge.BenefitDecided(
                decision_ref="d-1",
                agency=TO,
                decided_on=LATE,
                outcome=BenefitOutcome.GRANTED,
                from_on=START,
                to_on=date(2027, 1, 31),
            ),
        ),
        both(says_instead(BRIDGE, STARTS, None), closes(CloseReason.LEFT)),
        both(says_instead(BRIDGE, STARTS, None), closes(CloseReason.DIED)),
        both(
            says_instead(CASEWORK, 1, drafted(by_hand=True, effective_on=LATE)),
            says_instead(CASEWORK, 2, sheet(effective_on=LATE)),
        ),
        elsewhere,
        says(CASEWORK, printed(FROM, date(2026, 2, 3)), printed(TO, LATE)),
        both(
            says("intake", consent("youth-office-12069", date(2027, 1, 1)), at=1),
            says(CASEWORK, counselling()),
        ),
        both(cut("intake", 1), says(CASEWORK, counselling())),
    ],
    ids=[
        "gap-closed", "gap-open", "bridged", "overlap-told", "bridged-by-the-same-agency",
        "decided-after-notified", "left", "died", "day-set-by-hand", "not-heard-yet",
        "printed-in-time", "consent-given", "consents-not-known-so-far",
    ],
)  # fmt: skip
def test_what_was_told_or_may_be_so_breaks_no_rule(
    change: Callable[[Tale], None], tmp_path: Path
) -> None:
    said = tale()
    change(said)

    assert rules(verified(tmp_path, said)) == []


@pytest.mark.parametrize(
    ("size", "rule"),
    [
        (2, "I9: a handoff that nobody took up has not expired"),
        (3, "I9: a handoff that nobody took up has not expired"),
        (5, "I9: what was accepted has not taken effect on its day"),
    ],
)
def test_what_has_to_follow_by_itself_and_was_not_said_is_found(
    size: int, rule: str, tmp_path: Path
) -> None:
    said = tale()
    cut(BRIDGE, size)(said)
    said[BRIDGE] += [(gap(START), "command/1")]

    assert rules(verified(tmp_path, said)) == [rule]


def test_after_an_end_was_withdrawn_the_next_one_is_computed_anew(tmp_path: Path) -> None:
    said = tale()
    says(CASEWORK, goes_on(END))(said)
    says(CASEWORK, computed())(said)

    assert verified(tmp_path, said).findings == []


def test_a_sender_that_is_responsible_again_prints_what_it_likes(tmp_path: Path) -> None:
    said = tale()
    says(BRIDGE, BACK)(said)
    says(CASEWORK, printed(FROM, date(2026, 2, 21)))(said)

    assert all(rule.startswith("I2") for rule in rules(verified(tmp_path, said)))


def test_without_the_log_of_casework_only_what_the_bridge_says_is_looked_at(tmp_path: Path) -> None:
    said = tale()
    says_instead(BRIDGE, STARTS, starts(LATE))(said)
    del said[CASEWORK]

    assert rules(verified(tmp_path, said)) == []
