"""What casework is asked about case conferences."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, Roles
from staffel_contracts.codes import AgencyKind, ConferenceAction, ConferenceRole
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class ScheduleCaseConference(CaseCommand):
    """Plan a case conference that the person consented to."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("case-conference-scheduled",)

    conference_ref: Ref
    consent_ref: Ref
    on: date
    participants: tuple[ConferenceRole, ...]


class ReportCaseConferenceHeld(CaseCommand):
    """Report that a case conference took place."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("case-conference-held",)

    conference_ref: Ref
    consent_ref: Ref
    held_on: date
    participants: tuple[ConferenceRole, ...]


class AgreeCaseConferenceAction(CaseCommand):
    """Record what a case conference agreed on."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("case-conference-action-agreed",)

    conference_ref: Ref
    agreed_on: date
    action_code: ConferenceAction
    owner: ConferenceRole
    due_on: date
