"""Texts that a database cannot keep or a page cannot show are refused before they are accepted."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from services.casework.app import SERVICE as CASEWORK
from services.chassis.access import Turned
from services.chassis.asking.asking import read_command
from services.intake.app import SERVICE as INTAKE
from services.jobcenter_bridge.app import SERVICE as BRIDGE
from services.notify.app import SERVICE as NOTIFY
from staffel_contracts.commands.casework import SupplyHandoffInformation
from staffel_contracts.commands.intake import AdmitPerson
from tests.support.entries import SENDER
from tests.support.homely import house_at_home
from tests.support.house import new_house
from tests.support.postgres import Postgres

ADMISSION: dict[str, Any] = {
    "district": "12069",
    "file_reference": "PM-1",
    "admitted_on": "2025-01-07",
    "given_name": "Rana",
    "family_name": "Beispiel",
    "birth_date": "1990-02-03",
    "nationality": "475",
    "language": "ar",
}


@pytest.mark.parametrize("name", ["Ra\x00na", "Ra\x1bna", "Ra\x85na", "\u202eRana", "\u2066Rana"])
def test_a_name_that_no_database_and_no_page_takes_is_refused_by_its_field(name: str) -> None:
    with pytest.raises(Turned) as turned:
        read_command(INTAKE, "admit-person", to_json(ADMISSION | {"given_name": name}))

    problem = from_json(turned.value.answer.body)
    assert (problem["code"], problem["field"]) == ("invalid", "given_name")
    assert "control character" in problem["detail"]
    assert "Ra" not in problem["detail"].partition(":")[2]


def test_an_answer_may_have_several_lines_and_no_control_characters() -> None:
    answer: dict[str, Any] = {"case": "c-1", "handoff_id": "h-1"}
    lines, broken = {"tenancy": "Zimmer\r\n242 EUR"}, {"tenancy": "Zimmer\x00"}

    assert SupplyHandoffInformation.model_validate(answer | {"fields": lines}).fields
    with pytest.raises(ValidationError, match=r"fields\.tenancy"):
        SupplyHandoffInformation.model_validate(answer | {"fields": broken})


@pytest.mark.parametrize("key", ["nationality", "address_area"])
def test_a_key_is_of_latin_digits(key: str) -> None:
    digits = {"nationality": "٤٧٥", "address_area": "١٢٠٦٩٣٠٤"}

    with pytest.raises(ValidationError, match=key):
        AdmitPerson.model_validate(ADMISSION | {key: digits[key]})


@pytest.mark.parametrize("name", ["رعنا\u200cی", "O\u2019Neil", "Ngô Thị Ánh", "ሳራ"])
def test_a_name_in_any_script_is_taken(name: str) -> None:
    command = AdmitPerson.model_validate(ADMISSION | {"given_name": name})

    assert command.given_name == name


def test_a_question_with_a_character_that_no_database_takes_is_refused(
    postgres: Postgres, tmp_path: Path
) -> None:
    with (
        postgres.fresh_database() as intake,
        new_house({"intake": intake}, tmp_path, "2025-01-07") as house,
    ):
        answer = house.query("intake", "person", SENDER, file_reference="PM-\x001")
        escape = house.query("intake", "person", SENDER, file_reference=r"PM-\u00001")

        assert (answer["code"], answer["field"]) == ("invalid", "file_reference")
        assert escape["code"] == "not-found"


@pytest.mark.parametrize(
    ("service", "query", "params", "unknown"),
    [
        ("casework", "cases", {"end_fom": "2025-01-01"}, "end_fom"),
        ("jobcenter_bridge", "handoffs", {"cse": "c-1"}, "cse"),
        ("notify", "feed-status", {"case": "c-1"}, "case"),
    ],
)
def test_a_filter_that_is_misspelt_is_refused_and_does_not_find_everything(
    tmp_path: Path, service: str, query: str, params: dict[str, str], unknown: str
) -> None:
    with house_at_home(tmp_path, "2025-01-07") as (_, house):
        answer = house.query(service, query, SENDER, **params)

        assert (answer["code"], answer["field"]) == ("invalid", unknown)


def test_every_query_says_in_its_description_what_each_parameter_means() -> None:
    services = (INTAKE, CASEWORK, BRIDGE, NOTIFY)
    queries = [query for service in services for query in service.queries.values()]
    told = {
        (query.read.__name__, name)
        for query in queries
        for name in query.access.takes
        if f"``{name}``" not in (query.read.__doc__ or "")
    }

    assert told == set()
