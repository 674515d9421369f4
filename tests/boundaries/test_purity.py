"""Deciders, and all they import, decide from what they are given and from nothing else."""

from pathlib import Path

import pytest

from tests.support.purity import ROOT, deciders, impurities, pure_code

IMPURE = {
    "today": "from datetime import date\nday = date.today()",
    "today by another name": "import datetime as d\nday = d.date.today()",
    "now": "from datetime import UTC, datetime\nmoment = datetime.now(UTC)",
    "now, not even called": "from datetime import datetime\nclock = datetime.now",
    "utcnow": "import datetime\nmoment = datetime.datetime.utcnow()",
    "an id": "from uuid import uuid4\nnew = uuid4()",
    "chance": "import random\nlot = random.random()",
    "chance by another name": "from random import choice as pick\nlot = pick([1, 2])",
    "secrets": "import secrets\nlot = secrets.token_hex()",
    "time": "import time\nmoment = time.time()",
    "a file": "text = open('/etc/hostname').read()",
    "a path": "from pathlib import Path\ntext = Path('/etc/hostname').read_text()",
    "printing": "print('decided')",
    "async": "async def decide(): ...",
    "await": "async def decide():\n    await ask()",
    "the environment": "import os\nhome = os.environ['HOME']",
    "logging": "import logging\nlogging.getLogger().info('decided')",
    "structlog": "import structlog\nlog = structlog.get_logger()",
    "an import inside": "def decide():\n    import time\n    return time.time()",
    "an import by name": "clock = __import__('time')",
    "a database": "from sqlalchemy import select",
    "a table": "from sqlmodel import SQLModel",
    "the network": "from nats.aio.client import Client",
    "a hash, which differs from run to run": "key = hash('Bed 7')",
    "state of its own": "count = 0\ndef decide():\n    global count\n    count += 1",
    "an import the rule cannot follow": "from . import clock",
}


@pytest.mark.parametrize("source", IMPURE.values(), ids=IMPURE.keys())
def test_the_rule_sees(source: str) -> None:
    found = impurities(source)

    assert found


def test_the_rule_lets_pure_code_be() -> None:
    source = """
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

@dataclass
class Place:
    id: str
    open: bool = True

def decide(state, asked, at):
    day = at.astimezone(UTC).date() + timedelta(days=1)
    return [replace(state, day=max(day, date(2026, 12, 1)))]
"""

    assert impurities(source) == []


def test_the_rule_follows_imports_into_other_modules() -> None:
    reached = pure_code([ROOT / "services/chassis/writing/writer.py"])

    assert ROOT / "services/chassis/store/log.py" in reached
    assert ROOT / "contracts/staffel_contracts/fact.py" in reached


def test_the_chassis_itself_would_not_pass() -> None:
    assert impurities((ROOT / "services/chassis/clock.py").read_text())


def test_there_are_deciders() -> None:
    assert deciders()


def test_deciders_and_all_they_import_are_pure() -> None:
    found = {_name(path): impurities(path.read_text()) for path in pure_code(deciders())}

    assert {name: faults for name, faults in found.items() if faults} == {}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))
