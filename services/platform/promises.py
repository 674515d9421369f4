"""What must hold after everything: no log has a gap, tables are folds, one agency answers."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from multiprocessing import get_context
from typing import NamedTuple

from sqlalchemy import Table, select

from services.chassis.keys.keyring import Keyring
from services.chassis.keys.master_keys import load_master_key
from services.chassis.store.database import reading
from services.chassis.store.log import read_entries, read_head
from services.chassis.writing.opening import open_data
from services.intake.tables import PersonRow
from services.jobcenter_bridge.tables import ResponsibilityRow
from services.platform.config import SERVICES
from services.platform.folding import check_service
from services.platform.home import Home
from staffel_contracts.codes import ResponsibilityDomain
from staffel_contracts.envelope import read_stored
from staffel_contracts.facts.jobcenter_bridge import ResponsibilityChanged
from staffel_contracts.tlog.tree import Frontier

STEP = 1000
MOST_SHOWN = 5
_AT_ONCE = 2
_CHANGED = f'"type":"{ResponsibilityChanged.TYPE}"'.encode()
_PERSON: Table = PersonRow.__table__  # type: ignore[attr-defined]
_RESPONSIBILITY: Table = ResponsibilityRow.__table__  # type: ignore[attr-defined]


class Since(NamedTuple):
    """From a day on an agency is responsible, until the next one is."""

    valid_from: date
    agency: str


Timelines = dict[str, list[Since]]
"""Who is responsible since when, by case and domain, in the order in which it was said."""


@dataclass
class Checked:
    """What each check found wrong; nothing where all is well. No personal data."""

    gapless: list[str] = field(default_factory=list)
    tables_equal_fold: list[str] = field(default_factory=list)
    one_responsible_agency: list[str] = field(default_factory=list)

    @property
    def verdicts(self) -> dict[str, bool]:
        """Each check by name, and whether it holds."""
        return {name: not found for name, found in vars(self).items()}

    @property
    def well(self) -> bool:
        """Whether everything holds."""
        return all(self.verdicts.values())


def check(home: Home, last: date) -> Checked:
    """Check a home whose services are at rest; responsibility up to ``last``."""
    checked = Checked()
    with ProcessPoolExecutor(_AT_ONCE, get_context("forkserver")) as pool:
        # The last service hears all others and takes longest: it goes first.
        folds = [pool.submit(fold_differs, home, name) for name in reversed(SERVICES)]
        for name in SERVICES:
            checked.gapless += gaps(home, name)
        checked.one_responsible_agency = not_exactly_one(home, last)
        for future in folds:
            checked.tables_equal_fold += future.result()
    return checked


def gaps(home: Home, name: str) -> list[str]:
    """Whether a log's index has a hole, or its Merkle frontier is not the head's."""
    with reading(home.database_url(name)) as conn:
        head, frontier, wanted = read_head(conn), Frontier(), 0
        while entries := read_entries(conn, wanted, min(wanted + STEP, head.size)):
            for entry in entries:
                if entry.index != wanted:
                    return [f"{name}: {entry.index} where {wanted} belongs"]
                frontier.append(entry.leaf)
                wanted += 1
        if wanted != head.size:
            return [f"{name}: {wanted} entries, the head says {head.size}"]
        if frontier.to_bytes() != head.frontier.to_bytes():
            return [f"{name}: the Merkle frontier is not that of the entries"]
    return []


def fold_differs(home: Home, name: str) -> list[str]:
    """Rows of a service that are not what the logs say."""
    found, _ = check_service(home, name)
    return [f"{name}: {row.table} {row.key}: {row.what}" for row in found]


def not_exactly_one(home: Home, last: date) -> list[str]:
    """Persons for whom, on a day from admission to ``last``, not exactly one agency answers.

    Asked of the bridge's table and, apart from it, of the facts in its log. In another domain than
    benefits the district of the admission answers until something is said of it.
    """
    by_table, by_log = _timelines_in_table(home), _timelines_in_log(home)
    found = []
    for case, admitted_on in _admissions(home):
        for domain in ResponsibilityDomain:
            key = f"{case}/{domain.value}"
            table, log = by_table.get(key, []), by_log.get(key, [])
            if not (table or log) and domain is not ResponsibilityDomain.BENEFITS:
                continue
            found += [f"table: {key}: {fault}" for fault in faults(table, admitted_on, last)]
            found += [f"log: {key}: {fault}" for fault in faults(log, admitted_on, last)]
            if table != log:
                found.append(f"{key}: the table is not what the log says")
    return found


def faults(timeline: list[Since], first: date, last: date) -> Iterator[str]:
    """What is wrong with a person's timeline between two days, both included."""
    answering = [0] * ((last - first).days + 1)
    for since, until in _intervals(timeline, last):
        if until <= since:
            yield f"two agencies from {until.isoformat()} on"
        for number in range(
            max(0, (since - first).days), min(len(answering), (until - first).days)
        ):
            answering[number] += 1
    for number, agencies in enumerate(answering):
        if agencies != 1:
            yield f"{agencies} agencies on {(first + timedelta(days=number)).isoformat()}"
            return


def _intervals(timeline: list[Since], last: date) -> Iterator[tuple[date, date]]:
    """Each agency's first day, and the day before which it ends."""
    for one, following in pairwise(timeline):
        yield one.valid_from, following.valid_from
    if timeline:
        since = timeline[-1].valid_from
        yield since, max(last, since) + timedelta(days=1)


def _admissions(home: Home) -> Iterable[tuple[str, date]]:
    admitted = select(_PERSON.c.case_id, _PERSON.c.admitted_on).where(
        _PERSON.c.case_id.is_not(None)
    )
    with reading(home.database_url("intake")) as conn:
        return [(row.case_id, row.admitted_on) for row in conn.execute(admitted)]


def _timelines_in_table(home: Home) -> Timelines:
    found: Timelines = {}
    query = select(_RESPONSIBILITY).order_by(_RESPONSIBILITY.c.valid_from)
    with reading(home.database_url("jobcenter_bridge")) as conn:
        for row in conn.execute(query):
            found.setdefault(row.key, []).append(Since(row.valid_from, row.agency))
    return found


def _timelines_in_log(home: Home) -> Timelines:
    master = load_master_key(home.master_key, None)
    keyring = Keyring(home.database_url("keyring"), master)
    found: Timelines = {}
    try:
        for case, fact in _changes(home, keyring):
            key = f"{case}/{fact.domain.value}"
            found.setdefault(key, []).append(Since(fact.valid_from, fact.to_agency))
    finally:
        keyring.close()
    return found


def _changes(home: Home, keyring: Keyring) -> Iterator[tuple[str, ResponsibilityChanged]]:
    with reading(home.database_url("jobcenter_bridge")) as conn:
        size = read_head(conn).size
        for start in range(0, size, STEP):
            stored = read_entries(conn, start, start + STEP)
            entries = [
                read_stored(entry.leaf, entry.data) for entry in stored if _CHANGED in entry.leaf
            ]
            keys = keyring.keys_by_id({e.leaf.sealkey for e in entries if e.leaf.sealkey})
            for entry in entries:
                data = open_data(entry, keys)
                if data is not None:
                    yield str(entry.leaf.subject), ResponsibilityChanged.read(data)
