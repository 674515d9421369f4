"""What casework is asked: finality, sheets, answers to questions, courses."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import AgencyKind, CourseKind, FinalityBasis, SheetField
from staffel_contracts.command import Command
from staffel_contracts.fact import Ref, Text

_DISTRICT = frozenset({AgencyKind.DISTRICT})
_DISTRICT_OR_JOBCENTER = frozenset({AgencyKind.DISTRICT, AgencyKind.JOBCENTER})


class CaseCommand(Command):
    """What every command about a case carries."""

    case: Ref


class RecordFinality(CaseCommand):
    """Record that the decision is final by waiver or by a court, before the period ran out."""

    MAY: ClassVar[frozenset[AgencyKind]] = _DISTRICT

    finality_on: date
    basis: FinalityBasis


class SupplyHandoffInformation(CaseCommand):
    """Answer the receiver's question about an open handoff."""

    MAY: ClassVar[frozenset[AgencyKind]] = _DISTRICT

    handoff_id: Ref
    fields: dict[SheetField, Text] = Field(min_length=1)


class ResubmitHandover(CaseCommand):
    """Compose the sheet again after a rejection or an expiry, with what was missing."""

    MAY: ClassVar[frozenset[AgencyKind]] = _DISTRICT

    handoff_id: Ref
    """The rejected or expired handoff."""
    fields: dict[SheetField, Text] = Field(default_factory=dict)


class ReportCourseEnrolment(CaseCommand):
    """Report that the person registered with a course provider."""

    MAY: ClassVar[frozenset[AgencyKind]] = _DISTRICT_OR_JOBCENTER

    course_ref: Ref
    provider_ref: Ref
    course_kind: CourseKind
    enrolled_on: date
    expected_start_on: date


class ReportCourseStart(CaseCommand):
    """Report that the course began."""

    MAY: ClassVar[frozenset[AgencyKind]] = _DISTRICT_OR_JOBCENTER

    course_ref: Ref
    started_on: date
