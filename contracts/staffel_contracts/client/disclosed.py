"""An entry of an agency's feed, as the agency's own program gets it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nats.aio.msg import Msg
from pydantic import ValidationError

from staffel_contracts.codes.base import unknown_codes_tolerated
from staffel_contracts.fact import Fact
from staffel_contracts.facts import fact_of


@dataclass(frozen=True, slots=True)
class Disclosed:
    """An entry of the agency's feed, and the fact in it as far as it is disclosed.

    ``index`` is the place in the feed: 0, 1, 2, … without a gap.
    """

    index: int
    type: str
    case: str | None
    event: dict[str, Any]
    message: Msg | None = None
    undone: set[int] = field(default_factory=set, repr=False)
    settled: Callable[["Disclosed"], None] | None = field(default=None, repr=False)
    """Takes the place of the acknowledgement, where something is to be done before it."""

    @property
    def fact(self) -> Fact | None:
        """The fact, if the agency sees the whole of it and this version knows its type.

        Fields and codes that this version does not know are no obstacle.
        """
        return self._read()[0]

    @property
    def erased(self) -> bool:
        """Whether the data was erased: the entry keeps its place and says nothing more."""
        return "data" not in self.event

    @property
    def readable(self) -> bool:
        """Whether what is disclosed obeys the rules of its type; fields may be withheld.

        What is not readable stops its case and no other: a person has to look at it.
        """
        return self._read()[1]

    async def done(self) -> None:
        """Say that the entry is dealt with: it does not come again."""
        self.undone.discard(self.index)
        if self.settled is not None:
            self.settled(self)
        else:
            await self.acknowledge()

    async def acknowledge(self) -> None:
        """Tell the server that the entry need not come again."""
        if self.message is not None:
            await self.message.ack()

    def _read(self) -> tuple[Fact | None, bool]:
        """The whole fact if it is there, and whether what is there is as it should be."""
        known = fact_of(self.type)
        if known is None or self.erased:
            return None, True
        try:
            with unknown_codes_tolerated():
                return known.model_validate(self.event["data"], extra="ignore"), True
        except ValidationError as error:
            return None, all(one["type"] == "missing" for one in error.errors())
