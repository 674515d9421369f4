"""What intake is asked about temporary protection."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT_OR_IMMIGRATION
from staffel_contracts.commands.intake.person import PersonCommand


class RecordTemporaryProtection(PersonCommand):
    """Record the registration for temporary protection (§ 24 AufenthG)."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_IMMIGRATION
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("temporary-protection-registered",)

    registered_on: date
    first_title_or_proof_on: date | None = None
