"""What casework says about the recognition of foreign qualifications."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import RecognitionOutcome
from staffel_contracts.fact import Fact, Ref, Weight


class QualificationFact(Fact):
    """What every fact about the recognition of one qualification carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 6 BQFG"
    SINCE: ClassVar[str] = "0.2.0"

    recognition_ref: Ref
    authority_ref: Ref


class RecognitionApplied(QualificationFact):
    """The recognition of a foreign qualification was applied for."""

    VALID_ON: ClassVar[str | None] = "applied_on"

    applied_on: date


class RecognitionReceived(QualificationFact):
    """The papers are complete; the authority decides within three months."""

    BASIS: ClassVar[str] = "§ 6 Abs. 2, 3 BQFG"
    VALID_ON: ClassVar[str | None] = "papers_complete_on"

    papers_complete_on: date
    due_on: date


class RecognitionDecided(QualificationFact):
    """The authority decided how far the qualification is recognised."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "decided_on"

    decided_on: date
    outcome: RecognitionOutcome
