"""What casework says about posts for guides."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import PersonalData, PostFunder, Retention
from staffel_contracts.fact import Count, Fact, Ref


class GuidePostApproved(Fact):
    """The district council or the Land approved posts for guides."""

    BASIS: ClassVar[str] = "§ 17 Abs. 1 SGB I"
    VALID_ON: ClassVar[str | None] = "approved_on"
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    SINCE: ClassVar[str] = "0.2.0"

    post_ref: Ref
    approved_on: date
    posts: Count
    funder: PostFunder
