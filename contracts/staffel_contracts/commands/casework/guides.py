"""What casework is asked about the guides of a case."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import AgencyKind, GuideKind
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class AssignGuide(CaseCommand):
    """Assign a guide to the person."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("guide-assigned",)

    guide_ref: Ref
    guide_kind: GuideKind
    assigned_on: date


class ChangeGuide(CaseCommand):
    """Assign another guide to the person."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("guide-changed",)

    guide_ref: Ref
    guide_kind: GuideKind
    changed_on: date
