"""docs/domains.md says which agencies take which domain over, and every agreed period."""

import re
from pathlib import Path

from staffel_contracts.codes import ResponsibilityDomain
from staffel_contracts.domains import COMPETENT
from staffel_contracts.ladder import Ladder

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/domains.md").read_text(encoding="utf-8")
LADDER = (ROOT / "contracts/staffel_contracts/ladder.py").read_text(encoding="utf-8")


def competent() -> str:
    """The table of domains, as the page should have it."""
    lines = ["| domain | kind of agency | by |", "|---|---|---|"]
    lines += [
        f"| `{domain.value}` | {kind.value} | {norm} |"
        for domain, kinds in COMPETENT.items()
        for kind, norm in kinds.items()
    ]
    return "\n".join(lines)


def periods() -> str:
    """The table of periods, as the page should have it."""
    lines = ["| setting | usually | |", "|---|---|---|"]
    for name, field in Ladder.model_fields.items():
        meaning = re.search(rf"    {name}: .*\n    \"\"\"(.*)\"\"\"", LADDER)
        assert meaning, f"{name} says nothing of itself"
        usual = field.default
        shown = usual if isinstance(usual, int) else ", ".join(one.value for one in usual)
        lines.append(f"| `{name}` | {shown} | {meaning[1]} |")
    return "\n".join(lines)


def test_every_domain_has_somebody_who_can_take_it_over() -> None:
    assert COMPETENT.keys() == set(ResponsibilityDomain)


def test_the_page_has_the_table_of_domains() -> None:
    assert competent() in PAGE, f"docs/domains.md should hold:\n{competent()}"


def test_the_page_has_the_table_of_periods() -> None:
    assert periods() in PAGE, f"docs/domains.md should hold:\n{periods()}"
