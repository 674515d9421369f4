"""What intake is asked about what proves the stay until the title is there."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, InterimProofKind
from staffel_contracts.command import DISTRICT_OR_IMMIGRATION
from staffel_contracts.commands.intake.person import PersonCommand


class RecordInterimProof(PersonCommand):
    """Record a certificate that proves the stay for the time being."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_IMMIGRATION
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("interim-proof-issued",)

    proof_kind: InterimProofKind
    issued_on: date
    valid_to: date
    biometrics_done: bool
