"""What casework is asked about posts for guides."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, PostFunder
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Count, Ref


class ReportGuidePostApproved(DistrictCommand):
    """Report that posts for guides were approved."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("guide-post-approved",)

    post_ref: Ref
    approved_on: date
    posts: Count
    funder: PostFunder
