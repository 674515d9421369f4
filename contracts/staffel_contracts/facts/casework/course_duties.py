"""What casework says about the duty to attend a course."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import LiftReason, ObligationImposer, Retention
from staffel_contracts.fact import Fact, Weight


class CourseObligationFact(Fact):
    """What every fact about a duty to attend a course carries: who imposed it."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 44a AufenthG"
    RETENTION: ClassVar[Retention] = Retention.COURSE
    SINCE: ClassVar[str] = "0.2.0"

    imposed_by_kind: ObligationImposer


class CourseObligationImposed(CourseObligationFact):
    """The person must attend an integration course."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "imposed_on"

    imposed_on: date


class CourseObligationLifted(CourseObligationFact):
    """The duty to attend a course was lifted."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "lifted_on"

    lifted_on: date
    reason_code: LiftReason
