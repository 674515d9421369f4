"""What the documents name is there: a reader who follows them finds it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("contracts/*.md"))
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:contracts|docs|services|tests)/[^`\s]*)`")


def _links(page: str) -> set[Path]:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = (link.partition("#")[0] for link in _LINK.findall(text) if ":" not in link)
    return {(ROOT / page).parent / name for name in named if name}


def _patterns(page: str) -> set[str]:
    """Paths in the text; ``<service>`` and ``…`` stand for any name."""
    found = _PATH.findall((ROOT / page).read_text(encoding="utf-8"))
    return {re.sub(r"<[^>]+>|…", "*", path).replace("*/*/", "**/").rstrip("/") for path in found}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_path_leads_somewhere(page: str) -> None:
    missing = {path.as_posix() for path in _links(page) if not path.exists()}
    missing |= {path for path in _patterns(page) if not any(ROOT.glob(path))}

    assert not missing
