"""What a report of handoffs tells, and what cannot be reckoned from two of them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlmodel import SQLModel

from services.chassis.decider import Refused
from services.chassis.store.database import open_database
from services.jobcenter_bridge.reports import report
from services.jobcenter_bridge.tables import CoverageGapRow, HandoffRecordRow

HANDOFF, GAP = HandoffRecordRow.__table__, CoverageGapRow.__table__  # type: ignore[attr-defined]
AGENCY = "district-12069"
YEAR = {"from": "2025-01-01", "to": "2025-12-31"}


@pytest.fixture
def conn(database: str) -> Iterator[Connection]:
    engine = open_database(database)
    with engine.connect() as conn, conn.begin():
        SQLModel.metadata.create_all(conn, tables=[HANDOFF, GAP])
        yield conn
    engine.dispose()


def handoff(number: int, domain: str = "benefits", **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = dict.fromkeys(HANDOFF.columns.keys()) | {
        "handoff_id": f"{domain}-{number}",
        "key": f"c-{number}/{domain}",
        "status": "completed",
        "from_agency": AGENCY,
        "to_agency": "jobcenter-12069",
        "to_kind": "jobcenter",
        "sheet_ref": f"s-{number}",
        "sheet_digest": "0" * 64,
        "submitted_on": date(2025, 4, 1),
        "effective_on": date(2025, 5, 1),
        "lossfree_on": date(2025, 5, 31),
        "round": 0,
    }
    return known | more


def kept(conn: Connection, *rows: dict[str, Any]) -> None:
    conn.execute(HANDOFF.insert(), list(rows))


def of(conn: Connection, **more: str) -> dict[str, Any]:
    return dict(report(conn, AGENCY, YEAR | more))


def test_a_domain_of_few_persons_is_told_neither_by_itself_nor_by_the_others(
    conn: Connection,
) -> None:
    kept(conn, *(handoff(n) for n in range(10)), *(handoff(n, "accommodation") for n in (20, 21)))

    assert of(conn)["by_domain"] == {"accommodation": None, "benefits": None}
    assert of(conn, domain="accommodation")["handoffs"] is None
    assert of(conn, domain="benefits")["handoffs"] is None
    assert of(conn, domain="benefits")["by_status"] == {}


def test_a_domain_of_many_is_told(conn: Connection) -> None:
    kept(conn, *(handoff(n) for n in range(7)), *(handoff(n, "accommodation") for n in range(6)))

    assert of(conn)["by_domain"] == {"accommodation": 6, "benefits": 7}
    assert of(conn, domain="benefits")["handoffs"] == 7
    assert of(conn, domain="health-cover")["handoffs"] == 0


def test_times_of_one_person_with_many_handoffs_are_not_told(conn: Connection) -> None:
    ends: dict[str, Any] = {"delivered_on": date(2025, 4, 3)}
    kept(conn, *(handoff(7, handoff_id=f"h-{n}", **ends) for n in range(6)))

    assert of(conn)["days_to_deliver"] == {"median": None, "p90": None}
    assert of(conn)["handoffs"] is None


def test_reasons_are_not_told_where_their_sum_is_not(conn: Connection) -> None:
    rejected = {"status": "rejected", "reason_code": "incomplete"}
    kept(conn, *(handoff(n, **rejected) for n in range(6)), *(handoff(n) for n in range(6, 8)))

    assert of(conn)["by_status"] == {"completed": None, "rejected": None}
    assert of(conn)["rejections"] == {"incomplete": None}


@pytest.mark.parametrize(
    ("day", "field"), [({"from": "2025-01-02"}, "from"), ({"to": "2025-12-30"}, "to")]
)
def test_a_period_is_made_of_whole_months(
    conn: Connection, day: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        of(conn, **day)

    assert refused.value.field == field
