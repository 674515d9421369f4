"""What notify says about the agencies' feeds."""

from typing import Any, ClassVar

from pydantic import Field

from staffel_contracts.codes import PersonalData, Retention
from staffel_contracts.fact import Fact, Ref, Weight


class FeedEntriesErased(Fact):
    """Entries of an agency's feed lost their data, because the person was erased.

    They keep their place: attributes and index are here, so that the feed stays gapless.
    """

    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.PROOF
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 17 DSGVO, § 84 SGB X"

    agency: Ref
    entries: tuple[dict[str, Any], ...] = Field(min_length=1)
    """The CloudEvents without their data."""

    def erased_numbers(self) -> dict[str, list[int]]:
        """The indices in the agency's feed."""
        indices = [int(entry["feedindex"]) for entry in self.entries]
        return {f"{EntryDisclosed.TYPE}/{self.agency}": indices}


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
