"""What casework is asked about agreements between partners."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, AgreementScope
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Ref


class SignCooperationAgreement(DistrictCommand):
    """Record that partners signed an agreement."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("cooperation-agreement-signed",)

    agreement_ref: Ref
    signed_on: date
    parties: tuple[Ref, ...]
    agreement_scope: AgreementScope
    until: date


class JoinCooperationAgreement(DistrictCommand):
    """Record that another partner joined an agreement."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("partner-joined",)

    agreement_ref: Ref
    partner_ref: Ref
    joined_on: date
