"""The self-test waits for a checkpoint that proves something, and says what it waited for."""

from collections.abc import Iterator

import httpx
import pytest

from services.platform import smoke
from staffel_contracts.tlog.checkpoint import Checkpoint, sign_checkpoint
from staffel_contracts.tlog.keys import Kind, SigningKey, new_key
from staffel_contracts.tlog.tree import Unproven

ORIGIN = "staffel.example/12000/casework"
STRUCK, KEY = new_key(ORIGIN, Kind.NOTE), new_key(ORIGIN, Kind.NOTE)


def note(key: SigningKey, size: int) -> httpx.Response:
    return httpx.Response(
        200, content=sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), key).encode()
    )


def audit(*answers: httpx.Response) -> httpx.Client:
    """One that gives these answers in turn, and the last of them for ever."""
    following: Iterator[httpx.Response] = iter(answers)
    transport = httpx.MockTransport(lambda _: next(following, answers[-1]))
    return httpx.Client(transport=transport, base_url="http://audit/")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


def test_a_checkpoint_from_before_a_key_was_struck_is_waited_out() -> None:
    answers = audit(httpx.Response(404), note(STRUCK, 9), note(KEY, 7), note(KEY, 8))
    assert smoke.checkpoint_over(answers, [KEY.verifier], 7).size == 8


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (httpx.Response(404), "there is none"),
        (note(STRUCK, 9), "no key that is trusted"),
        (note(KEY, 7), "does not cover entry 7"),
    ],
)
def test_it_says_what_was_missing_when_its_patience_ends(
    answer: httpx.Response, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke, "_PATIENCE_SECONDS", -1)
    with pytest.raises(Unproven, match=why):
        smoke.checkpoint_over(audit(answer), [KEY.verifier], 7)
