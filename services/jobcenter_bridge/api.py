"""What agencies may ask jobcenter_bridge."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, select

from services.chassis.access import query
from services.chassis.decider import Refused
from services.jobcenter_bridge.state import MOVED, OVER, UNDECIDED, stage_of
from services.jobcenter_bridge.tables import (
    AdmissionRow,
    BenefitsRow,
    CoverageGapRow,
    HandoffRecordRow,
    HandoffRow,
    ResponsibilityRow,
)
from staffel_contracts.access import READ_STAGES, Scope
from staffel_contracts.codes import (
    AgencyKind,
    FieldGroup,
    HandoffStatus,
    RefusalCode,
    ResponsibilityDomain,
    kind_of,
)

ADMISSION: Table = AdmissionRow.__table__  # type: ignore[attr-defined]
BENEFITS: Table = BenefitsRow.__table__  # type: ignore[attr-defined]
GAP: Table = CoverageGapRow.__table__  # type: ignore[attr-defined]
STATE: Table = HandoffRow.__table__  # type: ignore[attr-defined]
HANDOFF: Table = HandoffRecordRow.__table__  # type: ignore[attr-defined]
RESPONSIBILITY: Table = ResponsibilityRow.__table__  # type: ignore[attr-defined]

MOST = 200

_ANSWERED = ("answered_handoff", "answered_round", "next_start_on")
_FROM_CASEWORK = [BENEFITS.c[name] for name in _ANSWERED]


@query(FieldGroup.BENEFITS, scope=Scope.CASE, roles=READ_STAGES, takes=("case", "domain"))
def responsibility(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """Who was responsible for a person from which day on, and which days had no cover.

    For an agency that is involved now (see ``involved``); one that was responsible earlier sees it
    up to whom it handed the case to. ``case`` and optionally ``domain``. An interval ends before
    ``valid_until``; the last one is open. ``domains`` says who is responsible now in each domain
    that the agency is involved in; one that was never handed over by itself is the district's.

    Raises:
        Refused: not-found, also where the agency is not involved.
    """
    key = key_of(params)
    held, over_on = seen(intervals(conn, key), agency, involved(conn, key))
    gaps = [gap for gap in _gaps(conn, key) if over_on is None or gap["from_on"] < over_on]
    domains = _responsible_by_domain(conn, params["case"], agency)
    return {"case": params["case"], "intervals": held, "gaps": gaps, "domains": domains}


def _responsible_by_domain(conn: Connection, case: str, agency: str) -> dict[str, str]:
    """Who is responsible now, in each domain that the agency has to do with."""
    found = {}
    for domain in ResponsibilityDomain:
        key = f"{case}/{domain.value}"
        held = intervals(conn, key)
        if held and agency in involved(conn, key):
            found[domain.value] = held[-1]["agency"]
    return found


@query(
    FieldGroup.BENEFITS,
    scope=Scope.CASE,
    roles=READ_STAGES,
    takes=("case", "domain", "status", "after"),
)
def handoffs(conn: Connection, agency: str, params: dict[str, Any]) -> dict[str, Any]:
    """The handoffs that the agency sent or received, in the order of their ids.

    ``earliest_on`` is the first day on which the receiver of one under way can take over, as the
    end of the sender's benefits was computed last.

    All of them, or those of one ``case``; optionally only those of a ``domain`` or in a ``status``.
    At most 200, those after the handoff ``after``; ``next`` is what to ask for as ``after``, if
    there are more.

    Raises:
        Refused: invalid, a parameter is not what it should be.
    """
    status, domain = _status(params), domain_in(params)
    rows = _handoffs(conn, agency, keys=_keys_of(params), after=text(params, "after", ""))
    more = len(rows) > MOST
    found = rows[:MOST]
    asked = {"status": status, "domain": domain}
    wanted = [row for row in found if all(v in (None, row[n]) for n, v in asked.items())]
    return {"handoffs": wanted, "next": found[-1]["handoff_id"] if more else None}


def intervals(conn: Connection, key: str) -> list[dict[str, Any]]:
    """Who was responsible from which day until before which.

    In a domain that was never handed over by itself, that is the district since the admission.
    """
    query = select(RESPONSIBILITY.c.agency, RESPONSIBILITY.c.valid_from).where(
        RESPONSIBILITY.c.key == key
    )
    said = [(who, since) for who, since in conn.execute(query.order_by("valid_from"))]
    ordered = said or _since_admission(conn, key)
    ends: list[date | None] = [since for _, since in ordered[1:]]
    return [
        {"agency": who, "valid_from": since, "valid_until": until}
        for (who, since), until in zip(ordered, [*ends, None], strict=False)
    ]


def _since_admission(conn: Connection, key: str) -> list[tuple[str, date]]:
    columns = (ADMISSION.c.agency, ADMISSION.c.admitted_on)
    admitted = ADMISSION.c.agency.is_not(None) & ADMISSION.c.admitted_on.is_not(None)
    query = select(*columns).where(ADMISSION.c.key == key, admitted)
    return [(who, since) for who, since in conn.execute(query)]


def involved(conn: Connection, key: str) -> set[str]:
    """Who has to do with a case now.

    Whoever is responsible or has accepted, both sides of a handoff under way, and the district that
    was responsible last: the case stays its own while a jobcenter pays.
    """
    row = conn.execute(select(STATE).where(STATE.c.key == key)).first()
    found = {row.responsible} if row else set()
    if row and HandoffStatus(row.status) in UNDECIDED | {HandoffStatus.ACCEPTED}:
        found |= {row.from_agency, row.to_agency}
    if row and row.standing.get("status") == HandoffStatus.ACCEPTED:
        found.add(row.standing["to_agency"])
    had = [one["agency"] for one in intervals(conn, key)]
    districts = [agency for agency in had if kind_of(agency) is AgencyKind.DISTRICT]
    return {*found, *districts[-1:]} - {None}


def seen(
    held: list[dict[str, Any]], agency: str, now: set[str]
) -> tuple[list[dict[str, Any]], date | None]:
    """The intervals that an agency sees, and the day from which on it sees nothing more.

    Raises:
        Refused: not-found, where it has and had nothing to do with the case.
    """
    if agency in now:
        return held, None
    own = [number for number, one in enumerate(held) if one["agency"] == agency]
    if not own:
        raise Refused(RefusalCode.NOT_FOUND, "no such case of this agency", "case")
    last = own[-1]
    successor = [one | {"valid_until": None} for one in held[last + 1 : last + 2]]
    return [*held[: last + 1], *successor], held[last]["valid_until"]


def _gaps(conn: Connection, key: str) -> list[dict[str, Any]]:
    columns = (GAP.c.from_on, GAP.c.to_on, GAP.c.days, GAP.c.cause_code, GAP.c.detected_on)
    query = select(*columns).where(GAP.c.key == key).order_by(GAP.c.from_on)
    return [dict(row._mapping) for row in conn.execute(query)]  # noqa: SLF001


def _handoffs(
    conn: Connection, agency: str, *, keys: list[str] | None = None, after: str = ""
) -> list[dict[str, Any]]:
    query = (
        select(HANDOFF, *_FROM_CASEWORK)
        .outerjoin(BENEFITS, BENEFITS.c.key == HANDOFF.c.key)
        .where((HANDOFF.c.from_agency == agency) | (HANDOFF.c.to_agency == agency))
        .where(HANDOFF.c.handoff_id > after)
        .order_by(HANDOFF.c.handoff_id)
        .limit(MOST + 1)
    )
    if keys is not None:
        query = query.where(HANDOFF.c.key.in_(keys))
    return [_handoff(dict(row._mapping)) for row in conn.execute(query)]  # noqa: SLF001


def _handoff(row: dict[str, Any]) -> dict[str, Any]:
    case, _, domain = row.pop("key").rpartition("/")
    answered, answered_round, earliest_on = (row.pop(name) for name in _ANSWERED)
    if answered == row["handoff_id"]:
        row["status"] = stage_of(row["status"], row["round"], answered_round).value
    if HandoffStatus(row["status"]) in OVER | MOVED:
        earliest_on = None  # what is computed since then is about what came afterwards
    return {"case": case, "domain": domain, **row, "earliest_on": earliest_on}


def key_of(params: dict[str, Any]) -> str:
    """The key of a case in a domain, in that of benefits where none is named.

    Raises:
        Refused: invalid.
    """
    domain = domain_in(params) or ResponsibilityDomain.BENEFITS.value
    return f"{text(params, 'case')}/{domain}"


def domain_in(params: dict[str, Any]) -> str | None:
    """The domain that is asked for.

    Raises:
        Refused: invalid.
    """
    if "domain" not in params:
        return None
    domain = text(params, "domain")
    if domain not in set(ResponsibilityDomain):
        raise Refused(RefusalCode.INVALID, "not a domain of responsibility", "domain")
    return domain


def _keys_of(params: dict[str, Any]) -> list[str] | None:
    """The keys of a case, in every domain."""
    if "case" not in params:
        return None
    return [f"{text(params, 'case')}/{domain.value}" for domain in ResponsibilityDomain]


def _status(params: dict[str, Any]) -> str | None:
    if "status" not in params:
        return None
    status = text(params, "status")
    if status not in set(HandoffStatus):
        raise Refused(RefusalCode.INVALID, "not a status of handoffs", "status")
    return status


def text(params: dict[str, Any], name: str, default: str | None = None) -> str:
    """A parameter that is a text.

    Raises:
        Refused: invalid.
    """
    value = params.get(name, default)
    if not isinstance(value, str):
        raise Refused(RefusalCode.INVALID, "a text is expected", name)
    return str(value)
