"""The other ways to the end of benefits: courts, old wordings and temporary protection."""

from typing import Any

import pytest

from services.casework.entitlement import entitlement
from services.casework.entitlement_facts import Contest, FinalityVariant, InterimProof, ProofKind
from staffel_contracts.codes import ProtectionKind, TitleCode
from tests.support.facts import THREE_YEARS, day, protected, recognised, title

GRANTED = {"finality_variant": FinalityVariant.GRANTED_PART}
WHOLE = {"finality_variant": FinalityVariant.WHOLE_DECISION}
IN_PART = {"protection_kind": ProtectionKind.SUBSIDIARY_S4, "contest": Contest.PARTIAL}
IN_FULL = {"contest": Contest.FULL}
BY_COURT = {"court_final_on": day("2026-02-10")}
BY_WAIVER = {"waiver_on": day("2025-08-01")}
CONTESTED = [
    ("waived before the period is over", {"waiver_on": day("2025-03-31")}, "2025-03-31", "waiver"),
    ("waived too late to matter", BY_WAIVER, "2025-04-30", "no-action-filed"),
    ("before the court", IN_FULL, None, None),
    ("before the court, variant granted part", IN_FULL | GRANTED, None, None),
    ("decided by the court", IN_FULL | BY_COURT, "2026-02-28", "court"),
    ("action withdrawn", IN_FULL | BY_WAIVER, "2025-08-31", "waiver"),
    ("withdrawn before judgment", IN_FULL | BY_WAIVER | BY_COURT, "2025-08-31", "waiver"),
    ("split, whole decision", IN_PART | WHOLE, None, None),
    ("split, whole decision, judgment", IN_PART | WHOLE | BY_COURT, "2026-02-28", "court"),
    ("split, granted part", IN_PART | GRANTED, "2025-04-30", "partial"),
    ("split, granted part, judgment", IN_PART | GRANTED | BY_COURT, "2025-04-30", "partial"),
    ("split, the default is the whole decision", IN_PART, None, None),
    ("before the court, with a title", IN_FULL | {"titles": (THREE_YEARS,)}, "2025-03-31", None),
    ("split, with a title", IN_PART | {"titles": (THREE_YEARS,)}, "2025-03-31", None),
]


@pytest.mark.parametrize(
    ("more", "end_on", "basis"),
    [case[1:] for case in CONTESTED],
    ids=[case[0] for case in CONTESTED],
)
def test_a_decision_becomes_final(
    more: dict[str, Any], end_on: str | None, basis: str | None
) -> None:
    found = entitlement(recognised("2025-03-20", **more))

    assert (found and found.end_on) == (end_on and day(end_on))
    assert (found and found.finality_basis) == basis


ASYLUM = ProtectionKind.ASYLUM_ART16A
REFUGEE = ProtectionKind.REFUGEE_S3
SUBSIDIARY = ProtectionKind.SUBSIDIARY_S4
OLD = [
    (ASYLUM, "2016-09-12", "2016-09-30", "R01-old", 1),
    (ASYLUM, "2019-08-20", "2019-08-31", "R01-old", 1),
    (ASYLUM, "2019-08-21", "2019-09-30", "R01", 2),
    (REFUGEE, "2016-09-12", "2016-09-30", "R01", 1),
    (REFUGEE, "2016-09-19", "2016-10-31", "R01", 1),
    (SUBSIDIARY, "2019-08-05", "2019-08-31", "R01", 1),
    (SUBSIDIARY, "2019-08-07", "2019-08-31", "R01", 2),
]


@pytest.mark.parametrize(("kind", "served_on", "end_on", "rule_id", "version"), OLD)
def test_the_wording_of_its_time_governs(
    kind: ProtectionKind, served_on: str, end_on: str, rule_id: str, version: int
) -> None:
    facts = recognised(served_on, protection_kind=kind)

    found = entitlement(facts)

    assert found is not None
    assert found.end_on == day(end_on)
    assert (found.rule_id, found.rule_version) == (rule_id, version)


def test_under_the_old_wording_an_action_did_not_keep_benefits_running() -> None:
    facts = recognised("2017-05-09", protection_kind=ASYLUM, contest=Contest.FULL)

    found = entitlement(facts)

    assert found is not None
    assert found.end_on == day("2017-05-31")


INTERIM = ProofKind.INTERIM_CERTIFICATE
PROTECTED = [
    ("certificate and biometrics", INTERIM, "2025-03-14", True, "2025-03-31"),
    ("no biometrics", INTERIM, "2025-03-14", False, None),
    ("another certificate", ProofKind.RECOGNITION_CERTIFICATE, "2025-03-14", True, None),
    ("on the last of February", INTERIM, "2024-02-29", True, "2024-02-29"),
    ("before the rule held", INTERIM, "2022-05-31", True, None),
    ("since the rule holds", INTERIM, "2022-06-01", True, "2022-06-30"),
]


@pytest.mark.parametrize(
    ("kind", "issued_on", "biometrics", "end_on"),
    [case[1:] for case in PROTECTED],
    ids=[case[0] for case in PROTECTED],
)
def test_temporary_protection(
    kind: ProofKind, issued_on: str, end_on: str | None, *, biometrics: bool
) -> None:
    found = entitlement(protected(proofs=(InterimProof(kind, day(issued_on), biometrics),)))

    assert (found and found.end_on) == (end_on and day(end_on))
    assert (found and found.rule_id) == (end_on and "R05")


@pytest.mark.parametrize(
    ("issued_on", "end_on"), [("2022-05-31", None), ("2022-06-01", "2022-06-30")]
)
def test_a_title_of_temporary_protection_ends_benefits_since_june_2022(
    issued_on: str, end_on: str | None
) -> None:
    permit = title(issued_on, "2024-03-04", code=TitleCode.S24)

    found = entitlement(protected(titles=(permit,)))

    assert (found and found.end_on) == (end_on and day(end_on))


def test_an_interim_certificate_ends_nothing_for_a_recognised_person() -> None:
    proof = InterimProof(INTERIM, day("2025-03-21"), biometrics_done=True)

    found = entitlement(recognised("2025-03-20", proofs=(proof,)))

    assert found is not None
    assert found.end_on == day("2025-04-30")
