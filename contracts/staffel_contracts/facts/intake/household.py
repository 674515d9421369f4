"""What intake says about who lives together."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import HouseholdKind
from staffel_contracts.fact import Fact, Ref


class HouseholdFact(Fact):
    """What every fact about one household carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 7 Abs. 3 SGB II"
    SINCE: ClassVar[str] = "0.2.0"

    household_ref: Ref


class HouseholdFormed(HouseholdFact):
    """Several persons live and keep house together; each keeps a case of their own.

    Said on the case of each member.
    """

    VALID_ON: ClassVar[str | None] = "formed_on"

    formed_on: date
    household_kind: HouseholdKind
    member_refs: tuple[Ref, ...]


class HouseholdChanged(HouseholdFact):
    """Someone joined or left the household; the members are named anew.

    Said on the case of each member, and of who left. The newest one of a household counts.
    """

    VALID_ON: ClassVar[str | None] = "changed_on"

    changed_on: date
    household_kind: HouseholdKind
    member_refs: tuple[Ref, ...]
