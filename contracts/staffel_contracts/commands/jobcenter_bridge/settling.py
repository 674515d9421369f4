"""What jobcenter_bridge is asked about health funds."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import JOBCENTER
from staffel_contracts.commands.jobcenter_bridge.case import CaseCommand
from staffel_contracts.fact import Ref


class ReportHealthInsuranceRegistered(CaseCommand):
    """Report that the person is registered with a health fund."""

    MAY: ClassVar[frozenset[AgencyKind]] = JOBCENTER
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("health-insurance-registered",)

    fund_code: Ref
    from_on: date
