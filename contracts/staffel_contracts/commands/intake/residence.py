"""What intake is asked about asylum and residence."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, ProtectionKind, TitleCode
from staffel_contracts.command import DISTRICT_OR_IMMIGRATION
from staffel_contracts.commands.intake.person import PersonCommand


class RecordAsylumRecognition(PersonCommand):
    """Record a served notice of the Federal Office that grants protection.

    One that was decided after a refusal, or after a recognition (a court obliged it to grant more),
    takes its place; an end of benefits that the earlier one has brought stays.
    """

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_IMMIGRATION
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("asylum-recognised",)

    protection_kind: ProtectionKind
    decided_on: date
    served_on: date
    received_on: date
    special_period: bool = False


class RecordAsylumRefusal(PersonCommand):
    """Record a served notice of the Federal Office that refuses protection."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_IMMIGRATION
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("asylum-refused",)

    decided_on: date
    served_on: date
    received_on: date


class RecordResidenceTitle(PersonCommand):
    """Record a residence title that was issued, after a recognition or temporary protection."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_IMMIGRATION
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("residence-title-issued",)

    title_code: TitleCode
    issued_on: date
    valid_from: date
    valid_to: date
