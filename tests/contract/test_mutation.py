"""The verifier changed in one place: a change that matters is noticed, any other is listed."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ("tests/contract/test_notes.py", "tlog/spelling: 1 of 1 killed\n"),
        (
            "tests/contract/test_labels.py",
            "tlog/spelling.py:18: test negated (--only 0)\ntlog/spelling: 0 of 1 killed\n",
        ),
    ],
)
def test_a_change_is_killed_by_the_tests_concerned_and_survives_others(
    tests: str, said: str
) -> None:
    command = [sys.executable, "-m", "tests.mutation", "tlog/spelling", "--only", "0"]

    done = subprocess.run([*command, "--tests", tests], capture_output=True, text=True, check=True)

    assert done.stdout == said
