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
