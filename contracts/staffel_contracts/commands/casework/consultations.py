"""What casework is asked about consultations."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, Roles
from staffel_contracts.codes import AgencyKind, ConsultationKind, DeskKind
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Count, Ref


class BookConsultation(CaseCommand):
    """Agree on a consultation."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("consultation-booked",)

    consultation_ref: Ref
    desk_kind: DeskKind
    consultation_kind: ConsultationKind
    booked_on: date
    slot_on: date


class ReportConsultationHeld(CaseCommand):
    """Report that a consultation took place, and how long the person waited for it."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("consultation-held",)

    consultation_ref: Ref
    desk_kind: DeskKind
    consultation_kind: ConsultationKind
    held_on: date
    waited_days: Count
