"""What agencies may ask notify: their own feed, for those without NATS and to fill gaps."""

from typing import Any

from sqlalchemy import Connection, select

from services.chassis.decider import Refused
from services.notify.views import FEED, of_feed
from staffel_contracts.codes import RefusalCode

MOST = 1000


def feed(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The agency's own feed from index ``start`` on, at most ``limit`` entries.

    Raises:
        Refused: invalid, if a number is not one.
    """
    start, limit = _number(params, "start", 0), min(_number(params, "limit", MOST), MOST)
    query = select(FEED.c.event).where(of_feed(agency, start, start + limit))
    return {"entries": [row.event for row in conn.execute(query.order_by(FEED.c.id))]}


def _number(params: dict[str, Any], name: str, default: int) -> int:
    value = params.get(name, default)
    if not isinstance(value, int) or not 0 <= value < 10**12:
        raise Refused(RefusalCode.INVALID, "a natural number is expected", name)
    return value
