"""What casework says about events for groups."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import GroupTopic, PersonalData, Retention
from staffel_contracts.fact import Count, Fact, Language, Ref


class GroupOfferFact(Fact):
    """What every fact about one group event carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 14 SGB I"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    group_ref: Ref
    topic: GroupTopic


class GroupOfferScheduled(GroupOfferFact):
    """An information event for a group takes place on a day."""

    VALID_ON: ClassVar[str | None] = "on"

    on: date
    languages: tuple[Language, ...]


class GroupOfferHeld(GroupOfferFact):
    """The event took place; only the number of people is told."""

    VALID_ON: ClassVar[str | None] = "held_on"

    held_on: date
    attendance: Count
