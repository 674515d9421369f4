"""What casework is asked about data protection: a person's rights, holds, erasure."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import LEAD, RECORD, Roles
from staffel_contracts.codes import (
    AgencyKind,
    ErasureBasis,
    HoldReason,
    RestrictionReason,
    SubjectAnswer,
    SubjectRequestKind,
)
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.casework.case import CaseCommand
from staffel_contracts.fact import Ref


class RequestSubjectAccess(CaseCommand):
    """Record that the person asks what is held about them."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("subject-access-requested",)

    request_ref: Ref
    request_kind: SubjectRequestKind
    requested_on: date
    due_on: date


class AnswerSubjectAccess(CaseCommand):
    """Record the answer, with the agencies that it named as recipients."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = LEAD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("subject-access-answered",)

    request_ref: Ref
    answered_on: date
    answer: SubjectAnswer
    recipients: tuple[Ref, ...] = ()


class SetLegalHold(CaseCommand):
    """Keep the person's data until ``until``, even where its period is over; again to prolong."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = LEAD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("legal-hold-set",)

    hold_ref: Ref
    set_on: date
    until: date
    reason_code: HoldReason


class EraseSubject(CaseCommand):
    """Destroy the person's key; refused while a hold stands or a handoff is open."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = LEAD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("subject-erased",)
    PLANNED: ClassVar[bool] = True

    erasure_basis: ErasureBasis


class RestrictProcessing(CaseCommand):
    """Only store the person's data, until it is clear what becomes of it.

    Each ``reason_code`` stands by itself. Told again, it takes the place of what was told for this
    reason; with an ``until`` that is over it is lifted, and no other with it. To end it sooner than
    was said takes ``informed_on``: refused with ``person-not-informed`` else.
    """

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = LEAD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("processing-restricted",)

    restricted_on: date
    reason_code: RestrictionReason
    until: date | None = None
    informed_on: date | None = None
    """When the person was told that it ends (Art. 18 Abs. 3 DSGVO), in writing or in person."""


class AnnounceRestrictionEnd(CaseCommand):
    """Tell the person that a restriction is to be lifted, before it is: a letter is written."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = LEAD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("restriction-end-announced",)

    reason_code: RestrictionReason
    announced_on: date
    ends_on: date
