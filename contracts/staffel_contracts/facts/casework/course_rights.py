"""What casework says about the right and the duty to attend a course."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import CourseRightBasis, LapseReason, Retention
from staffel_contracts.fact import Fact, Weight


class CourseRightFact(Fact):
    """What every fact about a right to attend a course carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 44 AufenthG"
    RETENTION: ClassVar[Retention] = Retention.COURSE
    SINCE: ClassVar[str] = "0.2.0"

    right_basis: CourseRightBasis


class CourseEntitlementIssued(CourseRightFact):
    """The person may attend an integration course; the right lapses on a day."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "issued_on"

    issued_on: date
    lapse_on: date


class CourseEntitlementExpiring(CourseRightFact):
    """In 90 days the right to attend a course lapses, unless the person registers."""

    BASIS: ClassVar[str] = "§ 44 Abs. 2 AufenthG"
    VALID_ON: ClassVar[str | None] = "due_on"

    due_on: date


class CourseEntitlementLapsed(CourseRightFact):
    """The right to attend a course lapsed, for a coded reason."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    BASIS: ClassVar[str] = "§ 44 Abs. 2 AufenthG, § 4 Abs. 1 IntV"
    VALID_ON: ClassVar[str | None] = "lapsed_on"

    lapsed_on: date
    reason_code: LapseReason
