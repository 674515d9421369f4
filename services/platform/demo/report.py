"""What the year came to: figures from the services' logs and tables, as a table and as JSON."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Any

from pydantic_core import from_json
from rich.console import Console
from rich.table import Table
from sqlalchemy import Table as SqlTable
from sqlalchemy import select

from services.chassis.legal_calendar import legal_date
from services.chassis.store.database import reading
from services.chassis.store.log import ENTRY, read_head
from services.chassis.transport.wire import type_of
from services.jobcenter_bridge.tables import CoverageGapRow
from services.platform.config import SERVICES
from services.platform.home import Home
from services.platform.promises import MOST_SHOWN, Checked

STEP = 5000
_GAP: SqlTable = CoverageGapRow.__table__  # type: ignore[attr-defined]
_HANDED_OVER = {"handoff-submitted.v1": "handed-to-jobcenter.v1"}
"""To whom a person is handed over makes no difference in the figures."""
_RECOGNISED, _ACCEPTED = "asylum-recognised.v1", "handoff-accepted.v1"

OF_PERSONS = {
    "persons": "person-admitted.v1",
    "recognised": _RECOGNISED,
    "handed_over": "handed-to-jobcenter.v1",
    "accepted": _ACCEPTED,
    "rejected": "handoff-rejected.v1",
    "expired": "handoff-expired.v1",
}
"""Persons are counted, by the fact: whoever is rejected and handed over once more is still one."""
OF_FACTS = {
    "courses": "course-enrolled.v1",
    "courses_started": "course-started.v1",
    "notices": "notice-sent.v1",
}
"""The facts themselves are counted."""


@dataclass
class Figures:
    """What is told at the end. ``gap_days``: days without cover, of gaps still open up to the end.

    ``days_to_acceptance`` is the median from the day the recognition was served.
    """

    counts: dict[str, int]
    gap_days: int
    gaps_open: int
    days_to_acceptance: float | None
    entries: dict[str, int]
    parked: int = 0
    seconds: float = 0.0
    checked: Checked = field(default_factory=Checked)

    @property
    def well(self) -> bool:
        """Whether every check holds and no case is parked."""
        return self.checked.well and not self.parked

    def as_json(self) -> dict[str, Any]:
        """The figures for machines."""
        return {
            **self.counts,
            "gap_days": self.gap_days,
            "gaps_open": self.gaps_open,
            "days_to_acceptance": self.days_to_acceptance,
            "entries": self.entries,
            "parked": self.parked,
            "seconds": round(self.seconds, 1),
            "checks": self.checked.verdicts,
        }


def figures(home: Home, last: date) -> Figures:
    """Read the figures of a home whose services are at rest, on the last day."""
    kinds: Counter[str] = Counter()
    whose: dict[str, dict[str, Any]] = {kind: {} for kind in OF_PERSONS.values()}
    for leaf in (leaf for name in SERVICES for leaf in _leaves(home, name)):
        kind = type_of(leaf)
        kinds[kind] += 1
        if (counted := _HANDED_OVER.get(kind, kind)) in whose:
            members = from_json(leaf)
            whose[counted][members["subject"]] = members
    gap_days, gaps_open = _gaps(home, last)
    return Figures(
        counts={name: len(whose[kind]) for name, kind in OF_PERSONS.items()}
        | {name: kinds[kind] for name, kind in OF_FACTS.items()},
        gap_days=gap_days,
        gaps_open=gaps_open,
        days_to_acceptance=_median_days(whose[_RECOGNISED], whose[_ACCEPTED]),
        entries={name: _size(home, name) for name in SERVICES},
    )


def _median_days(recognised: dict[str, Any], accepted: dict[str, Any]) -> float | None:
    days = [
        legal_date(datetime.fromisoformat(members["time"]))
        - date.fromisoformat(recognised[case]["validon"])
        for case, members in accepted.items()
    ]
    return median(found.days for found in days) if days else None


def _leaves(home: Home, name: str) -> Iterator[bytes]:
    query = select(ENTRY.c.leaf).order_by(ENTRY.c.idx)
    with reading(home.database_url(name)) as conn:
        for (leaf,) in conn.execution_options(yield_per=STEP).execute(query):
            yield bytes(leaf)


def _size(home: Home, name: str) -> int:
    with reading(home.database_url(name)) as conn:
        return read_head(conn).size


def _gaps(home: Home, last: date) -> tuple[int, int]:
    """Days without cover, those of open gaps up to ``last``; and how many gaps are open."""
    with reading(home.database_url("jobcenter_bridge")) as conn:
        rows = conn.execute(select(_GAP.c.from_on, _GAP.c.days)).all()
    open_since = [row.from_on for row in rows if row.days is None]
    days = sum(row.days for row in rows if row.days is not None)
    return days + sum((last - since).days + 1 for since in open_since), len(open_since)


LABELS = {
    "persons": "persons taken in",
    "recognised": "recognised",
    "handed_over": "handed over",
    "accepted": "accepted",
    "rejected": "rejected",
    "expired": "expired unanswered",
    "courses": "registered for a course",
    "courses_started": "course begun",
    "notices": "notices sent",
}


def show(console: Console, found: Figures) -> None:
    """Print the figures and the verdicts."""
    table = Table("", "", show_header=False)
    table.columns[1].justify = "right"
    for name, label in LABELS.items():
        table.add_row(label, f"{found.counts[name]:,}")
        if name == "accepted" and found.days_to_acceptance is not None:
            table.add_row("median days, recognition to acceptance", f"{found.days_to_acceptance:g}")
        if name == "expired":
            table.add_row("days without cover", f"{found.gap_days:,}")
            table.add_row("gaps still open", f"{found.gaps_open:,}")
    table.add_section()
    for name, size in found.entries.items():
        table.add_row(f"entries of {name}", f"{size:,}")
    table.add_section()
    table.add_row("seconds", f"{found.seconds:.1f}")
    console.print(table)
    _show_checks(console, found)


VERDICTS = {
    "gapless": "every log is gapless",
    "tables_equal_fold": "every table equals its fold",
    "one_responsible_agency": "exactly one agency answers for every person on every day",
}


def _show_checks(console: Console, found: Figures) -> None:
    for name, claim in VERDICTS.items():
        faults: list[str] = getattr(found.checked, name)
        console.print(
            f"{'FAILED' if faults else 'holds'}: {claim}", style="red" if faults else "green"
        )
        for fault in faults[:MOST_SHOWN]:
            console.print(f"  {fault}", style="red", markup=False)
    if found.parked:
        console.print(f"{found.parked} cases are parked: staffel parked list", style="red")
