"""Places in the agencies' feeds whose number only an erased person's key would tell.

Which agency was told what, and under which number, is sealed. An erasure keeps the numbers by a
fact of its own (``feed-entries-erased``); where the key was destroyed before notify had said that,
and its tables are lost, the numbers come from the backup's tables, from the agencies' inboxes, and
from what is missing between the others. Of the rest it cannot be told any more whose they were:
every agency gets so many empty places, as no number may be given twice.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from services.chassis.store.database import upsert
from services.chassis.store.leaves import read_stored
from services.chassis.store.log import read_entries
from services.chassis.store.tables import SequenceRow
from services.notify.views import FEED, feed_id
from staffel_contracts.audiences import feed_event
from staffel_contracts.envelope import Leaf
from staffel_contracts.facts.notify import EntryDisclosed, FeedEntriesErased

Events = Callable[[str, int], Iterable[dict[str, Any]]]
"""``events(agency, start)``: what is known elsewhere of an agency's feed, in its order."""
FEEDS = EntryDisclosed.SAYER
"""The service whose log the feeds are folded from."""
_DISCLOSED = f'"type":"{EntryDisclosed.NAME}.v'.encode()
_SEQUENCE = SequenceRow.__table__  # type: ignore[attr-defined]


class Kept(NamedTuple):
    """A place: in whose feed it is, and the event with its number."""

    agency: str
    event: dict[str, Any]


class PutBack(NamedTuple):
    """The cases whose places were put back, and how many of these are empty, by agency."""

    cases: frozenset[str] = frozenset()
    empty: Mapping[str, int] = MappingProxyType({})


def kept_of(conn: Connection, cases: Collection[str]) -> list[Kept]:
    """The places of cases in the tables as they are, in the order of each feed."""
    found = conn.execute(select(FEED).where(FEED.c.case_id.in_(cases)).order_by(FEED.c.id))
    return [Kept(row.id.rpartition("/")[0], row.event) for row in found]


def put_back(
    conn: Connection,
    sealed: Iterable[int],
    kept: Iterable[Kept],
    events: Events,
    known: Collection[str],
) -> PutBack:
    """Write places that a fold of the log does not find into the table.

    They stand there as if they had data, so that erasing the case keeps their numbers.

    ``sealed``: the entries under the keys of those who were erased and are not known here to be.
    ``kept``: their places in the tables before the fold. ``known``: the agencies in the directory.
    """
    leaves = list(_leaves(conn, sealed))
    if not leaves:
        return PutBack()
    places = _Places(conn, leaves)
    places.put_back(kept, events, known)
    upsert(conn, FEED, places.rows)
    upsert(conn, _SEQUENCE, places.sequences())
    return PutBack(frozenset(row["case_id"] for row in places.rows), places.empty)


def _leaves(conn: Connection, indices: Iterable[int]) -> Iterator[Leaf]:
    """What was disclosed, among these entries."""
    for index in indices:
        [stored] = read_entries(conn, index, index + 1)
        if _DISCLOSED in stored.leaf:
            yield read_stored(stored.leaf, None).leaf


class _Places:
    """The feeds' numbers as the log tells them, and those that are put back."""

    def __init__(self, conn: Connection, leaves: list[Leaf]) -> None:
        """Take what was disclosed of those who were erased; of some of it the place is there."""
        self.numbers: dict[str, set[int]] = defaultdict(set)
        for row_id in conn.scalars(select(FEED.c.id)):
            agency, _, number = row_id.rpartition("/")
            self.numbers[agency].add(int(number))
        self.rows: list[dict[str, Any]] = []
        self.empty: Counter[str] = Counter()
        there = kept_of(conn, {str(leaf.subject) for leaf in leaves})
        told = Counter(_names(place.event) for place in there)
        self._left: list[Leaf] = []
        for leaf in leaves:
            told[leaf.subject, leaf.cause] -= 1
            if told[leaf.subject, leaf.cause] < 0:
                self._left.append(leaf)

    def put_back(self, kept: Iterable[Kept], events: Events, known: Collection[str]) -> None:
        """Find a place for each entry that has none."""
        agencies = sorted({*self.numbers, *known})
        inboxes = (
            Kept(agency, event)
            for agency in agencies
            for event in (events(agency, self._first_missing(agency)) if self._left else ())
        )
        nameless = [
            place
            for place in chain(kept, inboxes)
            if not self._take(place, self._named(place)) and "entry" not in place.event
        ]
        for place in nameless:  # no basis lets these lead back to the person
            self._take(place, next(iter(self._left), None))
        self._fill(agencies)

    def _named(self, place: Kept) -> Leaf | None:
        wanted = _names(place.event)
        return next((one for one in self._left if (one.subject, one.cause) == wanted), None)

    def _take(self, place: Kept, leaf: Leaf | None) -> bool:
        number = place.event["feedindex"]
        if leaf is None or number in self.numbers[place.agency]:
            return False
        self._left.remove(leaf)
        self._put(place, leaf)
        return True

    def _fill(self, agencies: Iterable[str]) -> None:
        """Make empty places for numbers that are missing, and for all that may have been given."""
        for agency in agencies:
            numbers = self.numbers[agency]
            missing = sorted({*range(max(numbers, default=0))} - numbers)
            for number, leaf in zip(missing, self._left.copy(), strict=False):
                self._left.remove(leaf)
                self._put_empty(agency, number, leaf)
        for agency in agencies if self._left else ():
            start = max(self.numbers[agency], default=-1) + 1
            for number, leaf in enumerate(self._left, start):
                self._put_empty(agency, number, leaf)

    def sequences(self) -> list[dict[str, Any]]:
        """The next number of each feed."""
        return [
            {"name": f"{EntryDisclosed.TYPE}/{agency}", "next": max(numbers) + 1}
            for agency, numbers in self.numbers.items()
            if numbers
        ]

    def _first_missing(self, agency: str) -> int:
        numbers = self.numbers[agency]
        return next((n for n in range(len(numbers)) if n not in numbers), len(numbers))

    def _put(self, place: Kept, leaf: Leaf) -> None:
        number = place.event["feedindex"]
        row = {"id": feed_id(place.agency, number), "case_id": leaf.subject}
        self.rows.append(row | {"event": {**place.event, "data": {}}})
        self.numbers[place.agency].add(number)

    def _put_empty(self, agency: str, number: int, leaf: Leaf) -> None:
        seen = {"source": FEEDS, "type": FeedEntriesErased.TYPE, "time": leaf.time}
        self._put(Kept(agency, feed_event(agency, number, seen)), leaf)
        self.empty[agency] += 1


def _names(event: dict[str, Any]) -> tuple[str | None, str | None]:
    """The case and the entry that an event tells."""
    return event.get("subject"), event.get("entry")
