"""What intake is asked about residence titles that end."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, TitleCode, TitleEndReason
from staffel_contracts.command import DISTRICT_OR_IMMIGRATION
from staffel_contracts.commands.intake.person import PersonCommand


class RecordResidenceTitleEnd(PersonCommand):
    """Record that a residence title ended."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_IMMIGRATION
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("residence-title-ended",)

    title_code: TitleCode
    ended_on: date
    reason_code: TitleEndReason
