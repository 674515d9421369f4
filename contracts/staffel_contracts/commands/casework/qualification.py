"""What casework is asked about the recognition of foreign qualifications."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, Roles
from staffel_contracts.codes import AgencyKind, RecognitionOutcome
from staffel_contracts.command import DISTRICT_OR_JOBCENTER
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class ReportRecognitionApplied(CaseCommand):
    """Report that the recognition of a qualification was applied for."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("recognition-applied",)

    recognition_ref: Ref
    authority_ref: Ref
    applied_on: date


class ReportRecognitionReceived(CaseCommand):
    """Report that the papers are complete, and until when a decision is due."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("recognition-received",)

    recognition_ref: Ref
    papers_complete_on: date
    due_on: date


class ReportRecognitionDecided(CaseCommand):
    """Report how far a qualification was recognised."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_JOBCENTER
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("recognition-decided",)

    recognition_ref: Ref
    decided_on: date
    outcome: RecognitionOutcome
