"""Read rules from files: strictly, so that a wrong file names its place and changes nothing."""

import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import combinations
from typing import Any

from pydantic import ValidationError

from services.casework.law.engine import RuleSet
from services.casework.law.wording import Rule, Wording


class UnreadableRules(ValueError):
    """A file of rules breaks a rule; says the file, the rule and the field."""


def read_rules(texts: Mapping[str, bytes]) -> RuleSet:
    """The rules in files, by their names, in the order of their ids.

    Raises:
        UnreadableRules: a file is not readable, a field breaks a rule, or wordings overlap.
    """
    rules: dict[str, Rule] = {}
    digest = sha256()
    for name, data in sorted(texts.items()):
        digest.update(name.encode() + b"\0" + data)
        for rule in _rules_in(name, data):
            if rule.id in rules:
                msg = f"{name}: {rule.id}: stands twice"
                raise UnreadableRules(msg)
            _check_wordings(name, rule)
            rules[rule.id] = rule
    if not rules:
        msg = "no file holds a rule"
        raise UnreadableRules(msg)
    return RuleSet(tuple(rules[name] for name in sorted(rules)), digest.hexdigest())


@cache
def shipped_rules() -> RuleSet:
    """The rules as they are shipped: constants, as the code beside them, and read once."""
    folder = files("services.casework.law").joinpath("rules")
    found = [item for item in folder.iterdir() if item.name.endswith(".toml")]
    return read_rules({item.name: item.read_bytes() for item in found})


def _rules_in(name: str, data: bytes) -> list[Rule]:
    try:
        tables: list[dict[str, Any]] = tomllib.loads(data.decode())["rule"]
    except (ValueError, KeyError) as error:
        msg = f"{name}: no [[rule]] tables: {error}"
        raise UnreadableRules(msg) from error
    return [_rule(name, table) for table in tables]


def _rule(name: str, table: dict[str, Any]) -> Rule:
    try:
        return Rule.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        msg = f"{name}: {table.get('id', '?')}: {place}: {first['msg']}"
        raise UnreadableRules(msg) from None


def _check_wordings(name: str, rule: Rule) -> None:
    for one, other in combinations(rule.wording, 2):
        if one.version == other.version:
            msg = f"{name}: {rule.id}: version {one.version} stands twice"
            raise UnreadableRules(msg)
        if one.active and other.active and _overlap(one, other):
            msg = f"{name}: {rule.id}: {one.version} and {other.version} hold on the same day"
            raise UnreadableRules(msg)


def _overlap(one: Wording, other: Wording) -> bool:
    first, later = sorted((one, other), key=lambda wording: wording.valid_from)
    return first.valid_to is None or later.valid_from <= first.valid_to
