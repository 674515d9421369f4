"""What is published, read by other people's tools; and these find what is wrong with it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.node import checked
from tests.support.purity import ROOT

CONTRACTS = ROOT / "contracts"
TYPE = "course-enrolled.v1"
NO_MESSAGES = 'asyncapi: 3.0.0\ninfo: {title: of one fact, version: "1"}\n'


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A copy of one fact's schemas and samples; an AsyncAPI document that is read in no time."""
    for name in (f"schemas/{TYPE}", f"samples/{TYPE}"):
        shutil.copytree(CONTRACTS / name, tmp_path / name)
    (tmp_path / "asyncapi.yaml").write_text(NO_MESSAGES, "utf-8")
    return tmp_path


def test_schemas_samples_and_the_asyncapi_document_are_what_they_say() -> None:
    check = checked(CONTRACTS)

    assert (check.returncode, check.stderr) == (0, "")
    read = json.loads(check.stdout)
    assert min(read["schemas"], read["samples"], read["messages"], read["entries"]) > 0


def test_nothing_is_found_in_a_copy_that_nobody_spoiled(published: Path) -> None:
    check = checked(published)

    assert (check.returncode, check.stderr) == (0, "")


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _misspell_a_keyword(folder: Path) -> None:
    _edit(folder / f"schemas/{TYPE}/writer.json", '"required"', '"requierd"')


def _forget_a_field(folder: Path) -> None:
    _edit(folder / f"samples/{TYPE}/full.pass.json", '"course_ref"', '"course_reference"')


def _repair_a_fault(folder: Path) -> None:
    path = folder / f"samples/{TYPE}/missing.fail.json"
    good = json.loads((folder / f"samples/{TYPE}/full.pass.json").read_text("utf-8"))
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"data": good}), "utf-8")


def _blame_another_field(folder: Path) -> None:
    _edit(folder / f"samples/{TYPE}/unknown-field.fail.json", '"field": "nickname"', '"field": "x"')


def _close_the_reader(folder: Path) -> None:
    schemas = folder / "schemas" / TYPE
    writer = (schemas / "writer.json").read_text("utf-8")
    (schemas / "reader.json").write_text(writer.replace(":writer", ":reader"), "utf-8")


def _lose_a_schema(folder: Path) -> None:
    (folder / f"schemas/{TYPE}/reader.json").unlink()


def _name_a_message_that_is_not_there(folder: Path) -> None:
    shutil.copy(CONTRACTS / "asyncapi.yaml", folder)
    reference = f"#/components/messages/{TYPE}"
    _edit(folder / "asyncapi.yaml", reference, f"{reference}0")


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (_misspell_a_keyword, 'strict mode: unknown keyword: "requierd"'),
        (_forget_a_field, f"samples/{TYPE}/full.pass.json: is refused"),
        (_repair_a_fault, f"samples/{TYPE}/missing.fail.json: the writer's schema accepts it"),
        (_blame_another_field, "is refused, but not because of x"),
        (_close_the_reader, "unknown-field: the reader's schema refuses it"),
        (_lose_a_schema, "has no schema"),
        (_name_a_message_that_is_not_there, "asyncapi.yaml channels/feed/messages"),
    ],
)
def test_a_fault_is_found(published: Path, spoil: Callable[[Path], None], finding: str) -> None:
    spoil(published)

    check = checked(published)

    assert check.returncode == 1
    assert finding in check.stderr
