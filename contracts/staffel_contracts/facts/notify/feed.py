"""What notify says about the agencies' feeds."""

from typing import Any, ClassVar

from pydantic import Field

from staffel_contracts.codes import Retention
from staffel_contracts.fact import Fact, Ref, Weight


class EntryDisclosed(Fact):
    """An entry was put into an agency's feed at ``feed_index``, as the agency sees it."""

    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL
    RETENTION: ClassVar[Retention] = Retention.PROOF
    NUMBERED: ClassVar[tuple[str, str] | None] = ("agency", "feed_index")

    agency: Ref
    feed_index: int = Field(ge=-1)
    """Gapless per agency from 0; -1 until the entry is said."""
    view: dict[str, Any]
    """The CloudEvent that the agency receives, without its feed index."""
