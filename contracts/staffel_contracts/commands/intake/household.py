"""What intake is asked about who lives together."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, HouseholdKind
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.intake.person import PersonCommand
from staffel_contracts.fact import Ref


class FormHousehold(PersonCommand):
    """Record a household; the members are named by their file references.

    It is said on the file of each member that the district has.
    """

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("household-formed",)

    household_ref: Ref
    formed_on: date
    household_kind: HouseholdKind
    member_refs: tuple[Ref, ...]


class ChangeHousehold(PersonCommand):
    """Record who belongs to a household from a day on, and who left it.

    It is said on the file of each of them: who left is on no member's sheet any more.
    """

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("household-changed",)

    household_ref: Ref
    changed_on: date
    household_kind: HouseholdKind
    member_refs: tuple[Ref, ...]
    left_refs: tuple[Ref, ...] = ()
    """Who was a member until then."""
