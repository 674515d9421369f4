"""What changes a person's stay, on real databases: from command to handoff, and replayed."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from staffel_contracts.codes import InterimProofKind, TitleCode
from staffel_contracts.commands.intake import (
    AdmitPerson,
    RecordInterimProof,
    RecordResidenceTitle,
    RecordTemporaryProtection,
)
from tests.support.entries import RECEIVER, SENDER
from tests.support.given import day
from tests.support.house import House, new_house
from tests.support.postgres import Postgres

NAMES = ("intake", "casework", "jobcenter_bridge")
PERSON: dict[str, Any] = {"district": "12069", "file_reference": "50-4711"}


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Three services on SQLite, and once more on PostgreSQL; it is 2 September 2024."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            urls = {name: f"sqlite:///{tmp_path / name}.db" for name in NAMES}
        else:
            postgres: Postgres = request.getfixturevalue("postgres")
            urls = {name: stack.enter_context(postgres.fresh_database()) for name in NAMES}
        yield stack.enter_context(new_house(urls, tmp_path, "2024-09-02"))


def _admit(house: House, reference: str = "50-4711", **more: Any) -> str:
    known: dict[str, Any] = {
        "admitted_on": day("2024-09-02"),
        "given_name": "Samira",
        "family_name": "Beispiel",
        "birth_date": day("1994-05-17"),
        "nationality": "475",
        "language": "ar",
    }
    command = AdmitPerson(**PERSON | {"file_reference": reference}, **known | more)
    return str(house.ask(command, SENDER)["case"])


def test_an_interim_certificate_under_temporary_protection_hands_a_case_over(house: House) -> None:
    case = _admit(house)
    house.on("2025-04-11")
    house.ask(RecordTemporaryProtection(**PERSON, registered_on=day("2025-03-14")), SENDER)
    proof = RecordInterimProof(
        **PERSON,
        proof_kind=InterimProofKind.FICTION,
        issued_on=day("2025-04-10"),
        valid_to=day("2026-03-04"),
        biometrics_done=True,
    )

    house.ask(proof, SENDER)
    house.on("2025-09-16")
    title = RecordResidenceTitle(
        **PERSON,
        title_code=TitleCode.S24,
        issued_on=day("2025-09-15"),
        valid_from=day("2025-09-15"),
        valid_to=day("2027-03-04"),
    )
    house.ask(title, SENDER)

    (found,) = house.query("casework", "computations", SENDER, case=case)["computations"]
    assert (found["end_on"], found["next_start_on"]) == ("2025-04-30", "2025-05-01")
    assert (found["last_lossfree_on"], found["rule_id"]) == ("2025-05-31", "R05")
    assert found["inputs"]["proof_kind"] == "s81-5"
    (handoff,) = house.query("jobcenter_bridge", "handoffs", RECEIVER, case=case)["handoffs"]
    assert handoff["effective_on"] == "2025-05-01"
    (gap,) = house.query("jobcenter_bridge", "responsibility", SENDER, case=case)["gaps"]
    assert gap["from_on"] == "2025-05-01"
    assert house.faults() == []
