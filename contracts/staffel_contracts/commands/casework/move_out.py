"""What casework is asked about moving out of the district's accommodation."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, DECIDE, Roles
from staffel_contracts.codes import AgencyKind, MoveOutBlocker
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Area


class RecordMoveOutEligibility(CaseCommand):
    """Record that the person may move out, and from when on a fee is due."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("move-out-eligible",)

    since: date
    fee_from: date | None = None


class PlanMoveOut(CaseCommand):
    """Agree on a day for moving out."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("move-out-planned",)

    target_on: date


class ReportMoveOutStalled(CaseCommand):
    """Report what keeps the person from moving out."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("move-out-stalled",)

    stalled_on: date
    blocker_code: MoveOutBlocker


class ReportMovedOut(CaseCommand):
    """Report that the person moved out, and to which municipality."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("moved-out",)

    moved_on: date
    area: Area
