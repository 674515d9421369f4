"""What casework is asked about posts for guides."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, PostFunder
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import Count, District, Ref


class ReportGuidePostApproved(Command):
    """Report that posts for guides were approved."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("guide-post-approved",)

    district: District
    post_ref: Ref
    approved_on: date
    posts: Count
    funder: PostFunder
