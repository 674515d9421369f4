"""What agencies may ask notify: their own feed, for those without NATS and to fill gaps."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from services.chassis.access import Access, query
from services.chassis.decider import Refused
from services.chassis.store.log import iso
from services.notify.views import FEED, LONGEST_FEED, feed_size, of_feed
from staffel_contracts.access import READ_CASES, READ_NUMBERS, Scope
from staffel_contracts.codes import AgencyKind, FieldGroup, RefusalCode, Role

MOST = 1000
ANY_KIND = frozenset(AgencyKind)
FEED_ACCESS = Access(
    Scope.OWN,
    READ_CASES,
    ANY_KIND,
    takes=("start", "limit", "since"),
    numbers=("start", "limit"),
)
"""Every entry of a feed was recorded as disclosed, with its basis, when it was put there."""


@FEED_ACCESS.of
def feed(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The agency's own feed from index ``start`` on, at most ``limit`` entries.

    ``since``, a moment, takes the place of ``start``: from the first entry on that was said then or
    later; ``start`` in the answer is its index, or the length of the feed where there is none.

    Raises:
        Refused: invalid, if a number is not one or lies behind the feed's end, or the moment has no
            time zone.
    """
    start, limit = _number(params, "start", 0), min(_number(params, "limit", MOST), MOST)
    if "since" in params:
        start = _first_since(conn, agency, _moment(params, "since"))
    query = select(FEED.c.event).where(of_feed(agency, start, start + limit))
    entries = [row.event for row in conn.execute(query.order_by(FEED.c.id))]
    if not entries:
        check_known(start, feed_size(conn, agency), "start")
    return {"start": start, "entries": entries}


def check_known(wanted: int, size: int, field: str) -> None:
    """Whoever wants an index that the feed has not reached would wait for it, and miss the rest.

    Raises:
        Refused: invalid; the index is of another platform, or of a newer state of this one.
    """
    if wanted > size:
        detail = f"the feed has {size} entries: this index is of another platform or agency"
        raise Refused(RefusalCode.INVALID, detail, field)


@query(*FieldGroup, scope=Scope.OWN, roles=READ_CASES, may=ANY_KIND, takes=("case",))
def case_entries(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """What the agency was told of one ``case``, in the order in which it was told.

    Raises:
        Refused: invalid; not-found, where it was told nothing.
    """
    case = params.get("case")
    if not isinstance(case, str):
        raise Refused(RefusalCode.INVALID, "a text is expected", "case")
    query = select(FEED.c.event).where(of_feed(agency, 0, LONGEST_FEED), FEED.c.case_id == case)
    entries = [row.event for row in conn.execute(query.order_by(FEED.c.id))]
    if not entries:
        raise Refused(RefusalCode.NOT_FOUND, "no such case of this agency", "case")
    return {"case": case, "entries": entries}


@query(scope=Scope.OWN, roles=READ_NUMBERS | {Role.OPS}, may=ANY_KIND)
def feed_status(conn: Connection, agency: str, _: dict[str, Any]) -> dict[str, Any]:
    """How long the agency's feed is (``head``, the next index) and the moment of its last entry."""
    head = feed_size(conn, agency)
    last = conn.scalar(select(FEED.c.event).where(of_feed(agency, head - 1, head))) if head else {}
    return {"head": head, "last_time": (last or {}).get("time")}


def _first_since(conn: Connection, agency: str, moment: str) -> int:
    """The index of the first entry that was said at ``moment`` or later."""
    query = (
        select(FEED.c.id)
        .where(of_feed(agency, 0, LONGEST_FEED), FEED.c.event["time"].as_string() >= moment)
        .order_by(FEED.c.id)
        .limit(1)
    )
    found = conn.scalar(query)
    return int(found.rpartition("/")[2]) if found else feed_size(conn, agency)


def _moment(params: dict[str, Any], name: str) -> str:
    """A moment as entries carry it, so that texts compare as moments do."""
    try:
        moment = datetime.fromisoformat(str(params[name]))
        if moment.tzinfo is not None:
            return iso(moment)
    except (ValueError, OverflowError):
        pass
    raise Refused(RefusalCode.INVALID, "a moment with its time zone is expected", name)


def _number(params: dict[str, Any], name: str, default: int) -> int:
    value = params.get(name, default)
    if not isinstance(value, int) or not 0 <= value < 10**12:
        raise Refused(RefusalCode.INVALID, "a natural number is expected", name)
    return value
