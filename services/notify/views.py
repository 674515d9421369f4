"""Rows for readers, folded from what notify says: feeds and notices."""

from typing import Any

from services.notify.state import CaseNotices
from staffel_contracts.audiences import feed_event
from staffel_contracts.fact import Fact
from staffel_contracts.facts.notify import EntryDisclosed, NoticeComposed, NoticeFailed, NoticeSent


def feed_id(agency: str, index: int) -> str:
    """The row id of a feed entry; ids of one agency sort by index."""
    return f"{agency}/{index:012d}"


def feed_rows(fact: Fact, state: CaseNotices) -> list[dict[str, Any]]:
    """The entry in the agency's feed."""
    if not isinstance(fact, EntryDisclosed):
        return []
    event = feed_event(fact.agency, fact.feed_index, fact.view)
    row_id = feed_id(fact.agency, fact.feed_index)
    return [{"id": row_id, "case_id": state.case_id, "event": event}]


def notice_rows(fact: Fact, state: CaseNotices) -> list[dict[str, Any]]:
    """The notice as it stands."""
    if not isinstance(fact, NoticeComposed | NoticeSent | NoticeFailed):
        return []
    notice = state.notices[fact.notice_id]
    return [{"notice_id": fact.notice_id, "case_id": state.case_id, **notice}]
