"""What casework is asked about agreements between partners."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, AgreementScope
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Ref


class SignCooperationAgreement(Command):
    """Record that partners signed an agreement."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("cooperation-agreement-signed",)

    district: District
    agreement_ref: Ref
    signed_on: date
    parties: tuple[Ref, ...]
    agreement_scope: AgreementScope
    until: date


class JoinCooperationAgreement(Command):
    """Record that another partner joined an agreement."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("partner-joined",)

    district: District
    agreement_ref: Ref
    partner_ref: Ref
    joined_on: date
