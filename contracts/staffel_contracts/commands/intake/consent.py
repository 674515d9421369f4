"""What intake is asked about consents."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, ConsentKind, SheetField
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.intake.person import PersonCommand
from staffel_contracts.fact import Ref


class RecordConsent(PersonCommand):
    """Record a consent that the person gave."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("consent-given",)

    consent_ref: Ref
    consent_kind: ConsentKind
    recipient: Ref
    given_on: date
    valid_to: date
    scope_fields: tuple[SheetField, ...] = ()


class RevokeConsent(PersonCommand):
    """Record that the person took a consent back."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("consent-revoked",)

    consent_ref: Ref
    revoked_on: date
