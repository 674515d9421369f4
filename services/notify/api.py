"""What agencies may ask notify: their own feed, for those without NATS and to fill gaps."""

from typing import Any

from sqlalchemy import Connection, Table, select

from services.chassis.decider import Refused
from services.notify.tables import FeedRow
from services.notify.views import feed_id
from staffel_contracts.codes import RefusalCode

FEED: Table = FeedRow.__table__  # type: ignore[attr-defined]
MOST = 1000


def feed(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The agency's own feed from index ``start`` on, at most ``limit`` entries.

    Raises:
        Refused: invalid, if a number is not one.
    """
    start, limit = _number(params, "start", 0), min(_number(params, "limit", MOST), MOST)
    query = select(FEED.c.event).where(
        FEED.c.id >= feed_id(agency, start), FEED.c.id < feed_id(agency, start + limit)
    )
    return {"entries": [row.event for row in conn.execute(query.order_by(FEED.c.id))]}


def _number(params: dict[str, Any], name: str, default: int) -> int:
    value = params.get(name, default)
    if not isinstance(value, int) or not 0 <= value < 10**12:
        raise Refused(RefusalCode.INVALID, "a natural number is expected", name)
    return value
