"""The kit for subscribers: the examples pass, and each fault is found by the scenario meant for it.

Every subscriber here is a program of its own, judged by what it wrote down.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from staffel_contracts.conformance import judging
from staffel_contracts.conformance.judging import Failed, expect
from staffel_contracts.conformance.ledger import UnreadableLedger, of_command, of_file
from staffel_contracts.conformance.scenarios import SCENARIOS
from staffel_contracts.conformance.stage import Stage
from staffel_contracts.signing import new_secret
from tests.support.cli import Ran, clean_environment, staffel
from tests.support.node import NODE, with_packages
from tests.support.purity import ROOT

EXAMPLES = ROOT / "contracts/staffel_contracts/examples"
SUBSCRIBERS = ROOT / "tests/support/subscribers"
FAULTS = {
    "counts twice": {"twice"},
    "overlooks holes": {"hole"},
    "forgets": {"from-zero"},
    "has no memory": {"memory-lost"},
    "stops at what it does not know": {"unknown-type"},
    "stops at what it cannot read": {"unreadable"},
    "waits for ever": {"wrong-password"},
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return clean_environment(tmp_path)


def failed(ran: Ran) -> set[str]:
    """The scenarios that did not hold."""
    assert ran.out, ran.err
    return {verdict["name"] for verdict in ran.json if not verdict["held"]}


def test_the_example_in_javascript_passes(environment: dict[str, str], tmp_path: Path) -> None:
    """That in Python is tried as a reader of the guide does, in `tests/journey`."""
    program = with_packages(tmp_path) / "subscriber.mjs"
    program.write_bytes((EXAMPLES / "subscriber.mjs").read_bytes())

    ran = staffel("conformance", "--json", "--", NODE, str(program), environment=environment)

    assert (ran.code, failed(ran)) == (0, set()), ran.out
    assert [verdict["name"] for verdict in ran.json] == [scenario.name for scenario in SCENARIOS]


async def test_a_program_may_take_its_time_to_start_however_impatient_who_judges_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(judging.PATIENCE, "0")
    async with Stage(tmp_path, [sys.executable, str(EXAMPLES / "subscriber.py")]) as stage:
        await stage.empty()

        await stage.start()  # it raises where the program does not pull


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_by_the_scenario_meant_for_it(
    fault: str, environment: dict[str, str]
) -> None:
    wanted = FAULTS[fault] | {"in-order"} - ({"in-order"} if fault == "forgets" else set())
    only = [word for name in wanted for word in ("--only", name)]
    program = str(SUBSCRIBERS / "faulty.py")
    patience = {"STAFFEL_CONFORMANCE_PATIENCE": "3"}

    ran = staffel(
        "conformance", "--json", *only, "--", sys.executable, program, fault,
        environment=environment | patience,
    )  # fmt: skip

    assert ran.code == 1, ran.err
    assert failed(ran) == FAULTS[fault], ran.out


@contextmanager
def receiver(fault: str, ledger: Path) -> Iterator[dict[str, str]]:
    """A running receiver of webhooks; gives what the kit needs to know."""
    secret = new_secret()
    process = subprocess.Popen(
        [sys.executable, SUBSCRIBERS / "hook.py", fault, ledger],
        env={**os.environ, "SECRET": secret},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        port = process.stdout.readline().strip()
        yield {"url": f"http://127.0.0.1:{port}/", "secret": secret, "ledger": str(ledger)}
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


HOOKS: dict[str, set[str]] = {
    "none": set(),
    "counts twice": {"twice"},
    "takes any signature": {"wrong-signature", "old"},
    "takes one signature": {"rotated"},
}


@pytest.mark.parametrize("fault", HOOKS)
def test_a_receiver_of_webhooks_is_judged_as_well(
    fault: str, environment: dict[str, str], tmp_path: Path
) -> None:
    with receiver(fault, tmp_path / "ledger.jsonl") as hook:
        options = [word for name, value in hook.items() for word in (f"--{name}", value)]
        options += [word for name in HOOKS[fault] for word in ("--only", name)]
        ran = staffel("conformance", "--json", *options, environment=environment)

    assert failed(ran) == HOOKS[fault], ran.out
    assert ran.code == (1 if HOOKS[fault] else 0)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "either a command"),
        (("--url", "http://127.0.0.1:1/"), "needs --ledger"),
        (("--only", "magic", "--", "true"), "no scenario magic"),
        (("--ledger-cmd", "true", "--", "true"), "needs --reset-cmd"),
        (("--", "/no/such/program"), "No such file"),
    ],
)
def test_wrong_usage_is_told_in_a_line(
    words: tuple[str, ...], told: str, environment: dict[str, str]
) -> None:
    ran = staffel("conformance", *words, environment=environment)

    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err


async def judged(*indexes: int, must: set[int], may: frozenset[int] = frozenset()) -> str:
    lines: list[dict[str, Any]] = [{"index": index} for index in indexes]
    try:
        await expect(lambda: lines, must, may)
    except Failed as failure:
        return str(failure)
    return ""


@pytest.mark.parametrize(
    ("indexes", "words"),
    [
        ((0, 1, 2), ""),
        ((0, 2), "not taken in: 1"),
        ((0, 1, 1, 2), "taken in more than once: 1"),
        ((0, 2, 1), "not in order: 1 came behind a later one"),
        ((0, 1, 2, 3), "taken in, but must not be: 3"),
    ],
)
async def test_a_ledger_is_judged_in_words(
    indexes: tuple[int, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "patience", lambda: 0.1)

    assert await judged(*indexes, must={0, 1, 2}) == words


def test_a_ledger_may_be_what_a_command_prints(tmp_path: Path) -> None:
    file = tmp_path / "ledger"
    file.write_text('{"index": 0}\n{"index": 1, "state": "none"}\n{"ind')

    assert [line["index"] for line in of_file(file)()] == [0, 1]
    assert of_command("echo '{\"index\": 4}'")() == [{"index": 4}]


@pytest.mark.parametrize("text", ["{}", '{"index": "0"}', "[1]", "nonsense"])
def test_a_line_that_is_none_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ledger"
    file.write_text(f'{{"index": 0}}\n{text}\n')

    with pytest.raises(UnreadableLedger, match="line 2"):
        of_file(file)()
