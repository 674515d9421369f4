"""Read rules from files: strictly, so that a wrong file names its place and changes nothing."""

import tomllib
from functools import cache
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from services.casework.law.engine import RuleSet
from services.casework.law.wording import Rule, Wording

SHIPPED = Path(__file__).parent / "rules"
"""The rules as they are shipped."""


class UnreadableRules(ValueError):
    """A file of rules breaks a rule; says the file, the rule and the field."""


def read_rules(folder: Path) -> RuleSet:
    """The rules in the files of a folder, in the order of their ids.

    Raises:
        UnreadableRules: a file cannot be read, a field breaks a rule, or wordings overlap.
    """
    rules: dict[str, Rule] = {}
    digest = sha256()
    for path in sorted(folder.glob("*.toml")):
        data = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + data)
        for rule in _rules_in(path, data):
            if rule.id in rules:
                msg = f"{path.name}: {rule.id}: stands twice"
                raise UnreadableRules(msg)
            _check_wordings(path, rule)
            rules[rule.id] = rule
    if not rules:
        msg = f"{folder}: no rules"
        raise UnreadableRules(msg)
    return RuleSet(tuple(rules[name] for name in sorted(rules)), digest.hexdigest())


@cache
def shipped_rules() -> RuleSet:
    """The rules as they are shipped, read once."""
    return read_rules(SHIPPED)


def _rules_in(path: Path, data: bytes) -> list[Rule]:
    try:
        tables: list[dict[str, Any]] = tomllib.loads(data.decode())["rule"]
    except (ValueError, KeyError) as error:
        msg = f"{path.name}: no [[rule]] tables: {error}"
        raise UnreadableRules(msg) from error
    return [_rule(path, table) for table in tables]


def _rule(path: Path, table: dict[str, Any]) -> Rule:
    try:
        return Rule.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        msg = f"{path.name}: {table.get('id', '?')}: {place}: {first['msg']}"
        raise UnreadableRules(msg) from None


def _check_wordings(path: Path, rule: Rule) -> None:
    for one, other in combinations(rule.wording, 2):
        if one.version == other.version:
            msg = f"{path.name}: {rule.id}: version {one.version} stands twice"
            raise UnreadableRules(msg)
        if one.active and other.active and _overlap(one, other):
            msg = f"{path.name}: {rule.id}: {one.version} and {other.version} hold on the same day"
            raise UnreadableRules(msg)


def _overlap(one: Wording, other: Wording) -> bool:
    first, later = sorted((one, other), key=lambda wording: wording.valid_from)
    return first.valid_to is None or later.valid_from <= first.valid_to
