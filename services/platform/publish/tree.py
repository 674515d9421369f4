"""All published files as one tree, written into ``contracts/`` or compared with what is there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.platform.config import SERVICES
from services.platform.publish.asyncapi import asyncapi
from services.platform.publish.catalogue import catalogue
from services.platform.publish.openapi import openapi
from services.platform.publish.pages import pages
from services.platform.publish.yaml_text import yaml_text
from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.catalogue import code_lists, commands, facts
from staffel_contracts.samples import command_sample, fact_sample, failing_samples
from staffel_contracts.schemas import (
    audience_schema,
    command_schema,
    reader_schema,
    writer_schema,
)

Tree = dict[str, str]
"""The text of each file by its path below ``contracts/``."""
GENERATED = ("schemas", "samples", "codes", "openapi", "pages", "asyncapi.yaml", "catalogue.yaml")
"""Folders and files that hold generated text and nothing else."""


def published() -> Tree:
    """Every generated file."""
    return {
        **dict(_of_facts()),
        **dict(_of_commands()),
        **dict(_of_codes()),
        **{f"openapi/{name}.json": _json(openapi(name)) for name in SERVICES},
        "catalogue.yaml": yaml_text(catalogue()),
        "asyncapi.yaml": yaml_text(asyncapi()),
        **{f"pages/{path}": text for path, text in pages().items()},
    }


def write(contracts: Path) -> list[str]:
    """Bring the folder up to date; gives the paths that changed."""
    tree = published()
    changed = differences(contracts, tree)
    for path in changed:
        target = contracts / path
        if path in tree:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(tree[path], encoding="utf-8")
        else:
            target.unlink()
    return changed


def differences(contracts: Path, tree: Tree) -> list[str]:
    """The paths that are missing, differ, or should not be there."""
    there = {path.relative_to(contracts).as_posix() for path in _present(contracts)}
    wrong = {p for p in tree if p in there and (contracts / p).read_text("utf-8") != tree[p]}
    return sorted((there ^ set(tree)) | wrong)


def _present(contracts: Path) -> Iterator[Path]:
    for name in GENERATED:
        found = contracts / name
        yield from (p for p in found.rglob("*") if p.is_file())
        if found.is_file():
            yield found


def _of_facts() -> Iterator[tuple[str, str]]:
    for fact in facts():
        schemas, samples = f"schemas/{fact.TYPE}", f"samples/{fact.TYPE}"
        yield f"{schemas}/writer.json", _json(writer_schema(fact))
        yield f"{schemas}/reader.json", _json(reader_schema(fact))
        for kind, audience in AUDIENCES.get(fact, {}).items():
            yield f"{schemas}/for-{kind}.json", _json(audience_schema(fact, kind, audience))
        yield f"{samples}/full.pass.json", _json(fact_sample(fact, full=True))
        yield f"{samples}/required-only.pass.json", _json(fact_sample(fact, full=False))
        for name, sample in failing_samples(fact).items():
            yield f"{samples}/{name}.fail.json", _json(sample)


def _of_commands() -> Iterator[tuple[str, str]]:
    for command in commands():
        yield f"schemas/commands/{command.NAME}.json", _json(command_schema(command))
        folder = f"samples/commands/{command.NAME}"
        yield f"{folder}/full.pass.json", _json(command_sample(command, full=True))
        yield f"{folder}/required-only.pass.json", _json(command_sample(command, full=False))


def _of_codes() -> Iterator[tuple[str, str]]:
    for codes in code_lists():
        labels = {code.value: {"de": code.de, "en": code.en} for code in codes}
        yield f"codes/{codes.__name__}.json", _json(labels)


def _json(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
