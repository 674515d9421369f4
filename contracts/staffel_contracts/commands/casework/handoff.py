"""What casework is asked about a handoff before its sheet is complete."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import DECIDE, Roles
from staffel_contracts.codes import AgencyKind, ResponsibilityDomain, WithdrawReason
from staffel_contracts.command import TAKES_OVER
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class DraftHandoff(CaseCommand):
    """Begin to prepare a handoff by hand, where no computed end of benefits does it."""

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-drafted",)

    domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS
    to_agency: Ref
    effective_on: date


class DropHandoffDraft(CaseCommand):
    """Prepare a handoff no longer that was drafted by hand and not submitted yet."""

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = DECIDE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("handoff-draft-dropped",)

    handoff_id: Ref
    reason_code: WithdrawReason
