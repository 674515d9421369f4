"""The clerk of the demo confirms by hand where a small child alone goes."""

from types import SimpleNamespace
from typing import Any

import pytest

from services.platform.demo.clerk import Clerk
from staffel_contracts.commands.casework import DraftHandoff
from tests.support.entries import drafted
from tests.support.given import CASE, day


class Sent:
    """Notes the commands that it is given."""

    def __init__(self) -> None:
        self.commands: list[Any] = []

    async def send(self, command: Any, _: str) -> None:
        """Note a command."""
        self.commands.append(command)


def hears(clerk: Clerk, **more: Any) -> None:
    fact = drafted(drafted_on=day("2025-04-04"), **more)
    clerk._hear(SimpleNamespace(type=fact.TYPE, fact=fact, case=CASE))  # type: ignore[arg-type] # noqa: SLF001


@pytest.mark.parametrize("again_on", [None, day("2025-04-05")])
async def test_only_a_draft_that_waits_for_an_official_is_confirmed(again_on: Any) -> None:
    office = Sent()
    clerk = Clerk(office, seed=1)  # type: ignore[arg-type]
    hears(clerk, household_again_on=again_on, to_agency="social-assistance-12069")

    await clerk.work(day("2025-04-08"))
    assert office.commands == []
    await clerk.work(day("2025-04-09"))

    named = [(one.case, one.to_agency) for one in office.commands]
    assert named == ([(CASE, "social-assistance-12069")] if again_on else [])
    assert all(isinstance(one, DraftHandoff) for one in office.commands)
