"""What comes in is read strictly: a text that a database would refuse is refused at the door."""

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import Field

from services.chassis.access import Turned
from services.chassis.asking.asking import read_command
from services.chassis.asking.querying import Queries
from services.chassis.service import Route, Service
from staffel_contracts.command import COMMANDS, Command
from staffel_contracts.fact import Text
from tests.support.toy import PLACE


class Note(Command):
    """Write something down."""

    words: Text
    more: list[dict[str, str]] = Field(default_factory=list)


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "note", Note)


SERVICE = Service("toy", asks={Note: Route(PLACE, lambda _: "a")})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (rb'{"words": "a\u0000b"}', "words"),
        (rb'{"words": "a", "more": [{}, {"x": "\u0000"}]}', "more.1.x"),
    ],
)
def test_a_command_with_the_character_nul_is_refused_by_its_field(body: bytes, field: str) -> None:
    with pytest.raises(Turned) as turned:
        read_command(SERVICE, "note", body)

    told = turned.value.answer.body.decode()
    assert turned.value.answer.status == 422
    assert f'"field":"{field}"' in told


def test_what_only_looks_like_it_is_taken() -> None:
    command = read_command(SERVICE, "note", rb'{"words": "C:\\u0000"}')

    assert command == Note(words=r"C:\u0000")


def test_a_query_with_the_character_nul_is_refused() -> None:
    access = SimpleNamespace(check=lambda *_: None)
    service: Any = SimpleNamespace(name="toy", queries={"asked": SimpleNamespace(access=access)})
    nothing: Any = None
    queries = Queries(service, nothing, nothing, nothing)

    answer = queries.answer("asked", rb'{"case": "\u0000"}', nothing)
    queries.close()

    assert answer.status == 422
