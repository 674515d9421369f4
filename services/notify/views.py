"""Rows for readers, folded from what notify says: feeds and notices."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select

from services.notify.state import CaseNotices
from services.notify.tables import FeedRow
from staffel_contracts.audiences import feed_event
from staffel_contracts.fact import Fact
from staffel_contracts.facts.notify import (
    EntryDisclosed,
    FeedEntriesErased,
    NoticeComposed,
    NoticeFailed,
    NoticeSent,
)

FEED: Table = FeedRow.__table__  # type: ignore[attr-defined]

LONGEST_FEED = 10**12 - 1
"""No feed gets this long."""


def feed_id(agency: str, index: int) -> str:
    """The row id of a feed entry; ids of one agency sort by index."""
    return f"{agency}/{index:012d}"


def of_feed(agency: str, start: int, stop: int) -> ColumnElement[bool]:
    """The condition for an agency's own entries from feed index ``start`` up to before ``stop``.

    The range finds them by the primary key. The rest keeps others out, as the database's collation
    may sort ``a-10/…`` in between ``a-1/…``.
    """
    first, behind = feed_id(agency, start), feed_id(agency, stop)
    row_id, own = FEED.c.id, f"{agency}/"
    same_agency = func.substr(row_id, 1, len(own)) == own
    return and_(row_id >= first, row_id < behind, same_agency, func.length(row_id) == len(first))


def feed_size(conn: Connection, agency: str) -> int:
    """How many entries an agency's feed has."""
    last = conn.scalar(select(func.max(FEED.c.id)).where(of_feed(agency, 0, LONGEST_FEED)))
    return int(last.rpartition("/")[2]) + 1 if last else 0


def feed_rows(fact: Fact, state: CaseNotices) -> list[dict[str, Any]]:
    """The entry in the agency's feed."""
    if isinstance(fact, FeedEntriesErased):
        return [_row(fact.agency, state, event) for event in fact.entries]
    if not isinstance(fact, EntryDisclosed):
        return []
    event = feed_event(fact.agency, fact.feed_index, fact.view)
    return [_row(fact.agency, state, event)]


def _row(agency: str, state: CaseNotices, event: dict[str, Any]) -> dict[str, Any]:
    row_id = feed_id(agency, event["feedindex"])
    return {"id": row_id, "case_id": state.case_id, "event": event}


def notice_rows(fact: Fact, state: CaseNotices) -> list[dict[str, Any]]:
    """The notice as it stands."""
    if not isinstance(fact, NoticeComposed | NoticeSent | NoticeFailed):
        return []
    notice = state.notices[fact.notice_id]
    return [{"notice_id": fact.notice_id, "case_id": state.case_id, **notice}]
