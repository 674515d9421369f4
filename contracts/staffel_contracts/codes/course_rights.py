"""Codes of the right and the duty to attend a course, and of what came of it."""

from staffel_contracts.codes.base import Code


class CourseRightBasis(Code):
    """On which norm the right to a course stands."""

    S44_1 = "s44-1", "Anspruch (§ 44 Abs. 1 AufenthG)", "entitlement"
    S44_4 = "s44-4", "Zulassung (§ 44 Abs. 4 AufenthG)", "admission"
    S44A = "s44a", "Verpflichtung (§ 44a AufenthG)", "obligation"


class ObligationImposer(Code):
    """Who obliges a person to attend a course."""

    IMMIGRATION_OFFICE = (
        "immigration-office",
        "Ausländerbehörde (§ 44a Abs. 1 Nr. 1, 3 AufenthG)",
        "immigration office",
    )
    ASYLUM_BENEFITS_OFFICE = (
        "asylum-benefits-office",
        "AsylbLG-Behörde (§ 44a Abs. 1 Nr. 4 AufenthG)",
        "asylum benefits office",
    )
    JOBCENTER = "jobcenter", "Jobcenter (§ 44a Abs. 1 Nr. 2 AufenthG)", "jobcenter"


class LiftReason(Code):
    """Why an obligation was lifted; health and family are ``not-reasonable``."""

    WORK = "work", "Beschäftigung", "work"
    TRAINING = "training", "Ausbildung", "training"
    COMPLETED = "completed", "Kurs abgeschlossen", "course completed"
    NOT_REASONABLE = "not-reasonable", "nicht zumutbar", "not reasonable"


class LapseReason(Code):
    """Why a course right lapsed."""

    NOT_REGISTERED = (
        "not-registered",
        "nicht angemeldet (§ 44 Abs. 2 AufenthG)",
        "not registered in time",
    )
    NOT_BEGUN = "not-begun", "nicht begonnen (§ 4 Abs. 1 IntV)", "not begun"
    INTERRUPTED = "interrupted", "länger unterbrochen (§ 4 Abs. 1 IntV)", "interrupted for long"


class CourseResult(Code):
    """How a course ended."""

    B1 = "b1", "B1 erreicht", "B1 reached"
    A2 = "a2", "A2 erreicht", "A2 reached"
    ATTENDED = "attended", "teilgenommen", "attended"
    FAILED = "failed", "nicht bestanden", "failed"


class InterruptionReason(Code):
    """Why a course is interrupted; health and family are nobody's business here: ``other``."""

    WORK = "work", "Beschäftigung", "work"
    MOVED = "moved", "verzogen", "moved"
    OTHER = "other", "sonstiges", "other"
