"""What words may stand where."""

import re

from tests.support.purity import ROOT

CASE_WORDS = re.compile(
    "asyl|jobcenter|course|entitle|handoff|household|placement|refugee|residence|sozialamt",
    re.IGNORECASE,
)
HOST = re.compile(r"https?://([^/\"]+)")
PUBLIC_REGISTRY = {"files.pythonhosted.org", "pypi.org"}


def test_the_chassis_knows_no_case_word() -> None:
    modules = (ROOT / "services/chassis").rglob("*.py")

    found = {path.name: CASE_WORDS.findall(path.read_text()) for path in modules}

    assert {name: words for name, words in found.items() if words} == {}


def test_the_lock_names_the_public_registry_alone() -> None:
    hosts = set(HOST.findall((ROOT / "uv.lock").read_text()))

    assert hosts == PUBLIC_REGISTRY
