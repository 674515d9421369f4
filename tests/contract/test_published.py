"""What is published: it follows from the classes, and the tools that others use accept it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from services.platform.config import SERVICES
from services.platform.publish.asyncapi import feed_sample
from services.platform.publish.tree import differences, published
from services.platform.services import service_named
from staffel_contracts.audiences import AUDIENCES, Place, view
from staffel_contracts.catalogue import commands, facts
from staffel_contracts.codes import PersonalData, Status
from staffel_contracts.command import COMMANDS, Command
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.graveyard import GONE

CONTRACTS = Path(__file__).parents[2] / "contracts"
TREE = published()
SAMPLES = sorted(path for path in TREE if path.startswith("samples/"))
PASSING = [path for path in SAMPLES if path.endswith(".pass.json")]
FAILING = [path for path in SAMPLES if path.endswith(".fail.json")]
VERSION = re.compile(r"^\d+\.\d+\.\d+$")


def load(path: str) -> Any:
    return json.loads(TREE[path])


def validator(name: str, kind: str) -> Draft202012Validator:
    return Draft202012Validator(load(f"schemas/{name}/{kind}.json"))


def class_of(path: str) -> type[Fact] | type[Command]:
    name = path.split("/")[-2]
    return COMMANDS[name] if "/commands/" in path else FACTS[name]


def test_what_is_committed_is_what_the_classes_say() -> None:
    assert differences(CONTRACTS, TREE) == []


def test_a_file_that_should_not_be_there_or_differs_is_found(tmp_path: Path) -> None:
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "Invented.json").write_text("{}")
    (tmp_path / "asyncapi.yaml").write_text("asyncapi: 3.0.0")
    tree = {"asyncapi.yaml": "asyncapi: 3.1.0"}

    assert differences(tmp_path, tree) == ["asyncapi.yaml", "codes/Invented.json"]


@pytest.mark.parametrize("path", [path for path in TREE if path.startswith("schemas/")])
def test_each_schema_is_one(path: str) -> None:
    Draft202012Validator.check_schema(load(path))


@pytest.mark.parametrize("path", PASSING)
def test_a_passing_sample_is_read_by_class_and_schema(path: str) -> None:
    sample, known = load(path), class_of(path)

    known.model_validate_json(json.dumps(sample), strict=True)

    if issubclass(known, Fact):
        validator(known.TYPE, "writer").validate(sample)
        validator(known.TYPE, "reader").validate(sample)
    else:
        Draft202012Validator(load(f"schemas/commands/{known.NAME}.json")).validate(sample)


@pytest.mark.parametrize("path", FAILING)
def test_a_failing_sample_is_refused_for_the_reason_it_names(path: str) -> None:
    sample, known = load(path), class_of(path)

    with pytest.raises(ValidationError) as refused:
        known.model_validate_json(json.dumps(sample["data"]), strict=True)

    assert sample["field"] in {str(error["loc"][0]) for error in refused.value.errors()}
    assert not validator(path.split("/")[1], "writer").is_valid(sample["data"])


@pytest.mark.parametrize("path", FAILING)
def test_a_reader_is_open_to_unknown_fields_and_codes_and_to_nothing_else(path: str) -> None:
    sample = load(path)

    readable = validator(path.split("/")[1], "reader").is_valid(sample["data"])

    assert readable == (sample["reason"] in ("unknown-field", "wrong-code"))


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact.TYPE)
def test_what_an_audience_sees_fits_its_own_schema(fact: type[Fact]) -> None:
    whole = fact.model_validate(load(f"samples/{fact.TYPE}/full.pass.json"), strict=False)
    for kind, audience in AUDIENCES.get(fact, {}).items():
        everything = frozenset([audience.consent] if audience.consent else [])
        seen = view(whole, Place(fact.SAYER, 0, "c-1", "2026-05-04T09:00:00Z"), kind, everything)

        assert seen is not None
        assert set(seen["data"]) <= audience.fields
        validator(fact.TYPE, f"for-{kind.value}").validate(seen["data"])


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact.TYPE)
def test_an_entry_of_a_feed_is_a_cloudevent(fact: type[Fact]) -> None:
    entry = feed_sample(fact)

    event = JSONFormat().read(CloudEvent, json.dumps(entry))

    assert event.get_type() == fact.TYPE
    assert event.get_extension("feedindex") == 0
    assert event.get_data() == entry["data"]


@pytest.mark.parametrize("fact", facts(), ids=lambda fact: fact.TYPE)
def test_the_catalogue_says_of_each_fact_all_there_is_to_know(fact: type[Fact]) -> None:
    assert fact.__doc__
    assert fact.SAYER in SERVICES
    assert VERSION.match(fact.SINCE)
    assert fact.VALID_ON is None or fact.VALID_ON in fact.model_fields
    assert (fact.SUCCESSOR is None) == (fact.DEPRECATED_SINCE is None)
    assert (fact.STATUS is Status.DEPRECATED) == (fact.SUCCESSOR is not None)
    assert fact.SUCCESSOR is None or fact.SUCCESSOR in FACTS
    assert fact.TYPE not in GONE


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.NAME)
def test_each_command_leads_to_facts_of_the_service_that_decides_it(command: type[Command]) -> None:
    led_to = [fact for fact in facts() if fact.NAME in command.LEADS_TO]

    assert {fact.NAME for fact in led_to} == set(command.LEADS_TO) != set()
    assert {fact.SAYER for fact in led_to} == {command.SERVICE}
    assert command.__doc__


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_decides_about_each_command_that_is_not_planned(name: str) -> None:
    named = {command for command in commands() if name == command.SERVICE}

    assert set(service_named(name).asks) == {c for c in named if not c.PLANNED}


@pytest.mark.parametrize("name", SERVICES)
def test_a_fact_that_some_command_leads_to_is_not_called_planned(name: str) -> None:
    said = {fact for command in service_named(name).asks for fact in command.LEADS_TO}

    assert not {f.TYPE for f in facts() if f.NAME in said and f.STATUS is Status.PLANNED}


def test_no_fact_without_persons_names_one() -> None:
    open_data = [fact for fact in facts() if fact.PERSONAL is PersonalData.NONE]

    assert open_data
    for fact in open_data:
        assert not {"person_id", "given_name", "case", "case_id"} & set(fact.model_fields)


def test_the_pages_load_nothing_from_elsewhere() -> None:
    pages = {path: text for path, text in TREE.items() if path.startswith("pages/")}

    assert len(pages) > len(facts()) + len(commands())
    for path, text in pages.items():
        assert not re.search(r"""(src|href)=["'](https?:)?//|@import|url\(""", text), path


def test_every_link_of_the_pages_leads_to_a_page() -> None:
    for path, text in TREE.items():
        if not path.endswith(".html"):
            continue
        for target in re.findall(r'href="([^"#]+)"', text):
            found = (Path(path).parent / target).as_posix()
            assert _plain(found) in TREE, (path, target)


def _plain(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


@pytest.mark.parametrize("name", SERVICES)
def test_the_openapi_of_a_service_names_each_of_its_commands(name: str) -> None:
    document = load(f"openapi/{name}.json")

    named = {path.removeprefix("/commands/") for path in document["paths"] if "/commands/" in path}

    assert named == {command.NAME for command in service_named(name).asks if command.MAY}
    assert all(_resolves(document, reference) for reference in _references(document))


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [r for value in node.values() for r in _references(value)]
    return [r for item in node for r in _references(item)] if isinstance(node, list) else []


def _resolves(document: Any, reference: str) -> bool:
    for part in reference.removeprefix("#/").split("/"):
        document = document.get(part)
    return document is not None
