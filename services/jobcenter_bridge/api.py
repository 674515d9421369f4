"""What agencies may ask jobcenter_bridge."""

from typing import Any

from sqlalchemy import Connection, Table, select
from staffel_contracts.codes import RefusalCode, ResponsibilityDomain

from services.chassis.decider import Refused
from services.jobcenter_bridge.tables import HandoffRecordRow, ResponsibilityRow

HANDOFF: Table = HandoffRecordRow.__table__  # type: ignore[attr-defined]
RESPONSIBILITY: Table = ResponsibilityRow.__table__  # type: ignore[attr-defined]


def responsibility(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """Who was responsible from which day on, for an agency that was.

    Raises:
        Refused: not-found, also where the agency was never responsible.
    """
    query = select(RESPONSIBILITY.c.agency, RESPONSIBILITY.c.valid_from)
    rows = conn.execute(query.where(RESPONSIBILITY.c.key == _key(params)).order_by("valid_from"))
    intervals = [{"agency": who, "valid_from": since.isoformat()} for who, since in rows]
    if agency not in {interval["agency"] for interval in intervals}:
        raise Refused(RefusalCode.NOT_FOUND, "no such case of this agency", "case")
    return {"case": params["case"], "intervals": intervals}


def handoffs(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The handoffs of a case that the agency sent or received.

    Raises:
        Refused: not-found, where there is none.
    """
    involved = (HANDOFF.c.from_agency == agency) | (HANDOFF.c.to_agency == agency)
    query = select(HANDOFF).where(HANDOFF.c.key == _key(params), involved)
    rows = [dict(row._mapping) for row in conn.execute(query.order_by("submitted_on"))]  # noqa: SLF001
    if not rows:
        raise Refused(RefusalCode.NOT_FOUND, "no handoff of this case with this agency", "case")
    return {"case": params["case"], "handoffs": rows}


def _key(params: dict[str, Any]) -> str:
    case = params.get("case")
    domain = params.get("domain", ResponsibilityDomain.BENEFITS.value)
    if not isinstance(case, str) or not isinstance(domain, str):
        raise Refused(RefusalCode.INVALID, "a text is expected", "case")
    return f"{case}/{domain}"
