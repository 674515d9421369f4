"""What intake is asked about persons that may be known already."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import AgencyKind, DuplicateOutcome
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.intake.person import PersonCommand
from staffel_contracts.fact import Count, Ref


class ReportPossibleDuplicate(PersonCommand):
    """Report that another case may be about the same person; the score is 0 to 100."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("possible-duplicate-found",)

    other_case: Ref
    found_on: date
    score: Count


class ResolveDuplicate(PersonCommand):
    """Say whether two cases are about one person."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("duplicate-resolved",)

    other_case: Ref
    resolved_on: date
    outcome: DuplicateOutcome
