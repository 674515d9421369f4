"""Whose data may only be stored (Art. 18 Abs. 1 DSGVO): answers to queries leave them out.

The service that says so keeps the cases in a table of its own; the keyring takes them to the
others. What an agency was told before is not taken back, and feeds keep their entries.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.chassis.clock import Clock
from services.chassis.decider import Refused
from services.chassis.legal_calendar import legal_date
from staffel_contracts.codes import RefusalCode

_CASE = ("case", "case_id")


class Restricted:
    """The cases whose data is only stored; ``None``: no day is known on which that ends."""

    def __init__(self, clock: Clock) -> None:
        """Nobody yet; days are those of a service's clock."""
        self._clock = clock
        self._until: dict[str, date | None] = {}

    @property
    def today(self) -> date:
        """The legal date by the service's clock."""
        return legal_date(self._clock.now())

    def take(self, until: Mapping[str, date | None]) -> None:
        """Take all that is known now."""
        self._until = dict(until)

    def stands(self, case: str) -> bool:
        """Whether data of the case is only stored today."""
        if case not in self._until:
            return False
        until = self._until[case]
        return until is None or self.today <= until

    def check(self, case: str) -> None:
        """Refuse to show a case whose data is only stored.

        Raises:
            Refused: processing-restricted.
        """
        if self.stands(case):
            raise Refused(RefusalCode.PROCESSING_RESTRICTED, "only stored for now", "case")

    def shown(self, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """An answer without those whose data is only stored; lists go on with the others.

        Raises:
            Refused: processing-restricted, where the answer is about one of them.
        """
        if not self._until:
            return answer
        self.check(_case_in(answer))
        return {name: self._without(value) for name, value in answer.items()}

    def _without(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [one for one in value if not self.stands(_case_in(one))]


def _case_in(value: Any) -> str:
    if not isinstance(value, Mapping):
        return ""
    return next((str(value[name]) for name in _CASE if value.get(name)), "")
