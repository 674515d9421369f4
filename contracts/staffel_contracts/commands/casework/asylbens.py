"""What casework is asked about benefits under the AsylbLG."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import AgencyKind, AsylbensLevel
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand


class GrantAsylbens(CaseCommand):
    """Record that benefits under the AsylbLG were granted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("asylbens-granted",)

    level: AsylbensLevel
    from_on: date
    to_on: date | None = None


class ChangeAsylbensLevel(CaseCommand):
    """Record that another kind of benefits is granted from a day on."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("asylbens-level-changed",)

    from_on: date
    level: AsylbensLevel
