"""Codes of notices."""

from staffel_contracts.codes.base import Code


class NoticeTemplate(Code):
    """Notices that tell an agency of work that waits; they carry an id and no content."""

    HANDOFF_WAITING = "handoff-waiting", "Eine Übergabe wartet", "a handoff waits"
    INFORMATION_REQUESTED = (
        "information-requested",
        "Rückfrage zur Übergabe",
        "a question came back",
    )
    HANDOFF_ACCEPTED = "handoff-accepted", "Übergabe angenommen", "handoff accepted"
    HANDOFF_REJECTED = "handoff-rejected", "Übergabe abgelehnt", "handoff rejected"
    HANDOFF_EXPIRED = "handoff-expired", "Übergabe unbeantwortet", "handoff unanswered"
    HANDOFF_REQUESTED = "handoff-requested", "Eine Stelle bittet um den Fall", "a case is asked for"
    HANDOFF_FORWARDED = "handoff-forwarded", "Übergabe weitergeleitet", "handoff forwarded"
    HANDOFF_WITHDRAWN = "handoff-withdrawn", "Übergabe zurückgenommen", "handoff taken back"
    HANDOFF_REMINDER = "handoff-reminder", "Eine Frist ist abgelaufen", "a period is over"
    HANDOFF_ESCALATED = (
        "handoff-escalated",
        "Übergabe liegt bei der Leitung",
        "the handoff is the lead's business",
    )
    DATA_CORRECTED = "data-corrected", "Angaben wurden berichtigt", "data was corrected"
    COVERAGE_GAP = "coverage-gap", "Tage ohne Leistung", "days without benefits"
