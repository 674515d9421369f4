"""What notify says when a person is erased: feeds keep their places, and receivers are told."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from services.chassis.decider import Erasing
from services.notify.copies import place_of
from services.notify.state import CaseNotices
from staffel_contracts.audiences import view
from staffel_contracts.codes import kind_of
from staffel_contracts.fact import Fact
from staffel_contracts.facts.notify import EntryDisclosed, FeedEntriesErased


def erase(_: CaseNotices, erasing: Erasing, _at: datetime) -> list[Fact]:
    """The places of what was disclosed, without its data, and the news for whoever received it.

    Whoever received data is told that it is erased (Art. 19 DSGVO); not whoever has a place of
    which nobody can tell whose it was, as after a restore: that would tell strangers of the person.
    """
    feeds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(erasing.rows["feed"], key=lambda row: str(row["id"])):
        if "data" not in row["event"]:
            continue  # its place was kept already
        bare = {name: value for name, value in row["event"].items() if name != "data"}
        feeds[row["id"].rpartition("/")[0]].append(bare)
    kept = [FeedEntriesErased(agency=a, entries=tuple(e)) for a, e in sorted(feeds.items())]
    received = [a for a, e in sorted(feeds.items()) if any("subject" in event for event in e)]
    return [*kept, *(fact for agency in received for fact in _told(agency, erasing))]


def _told(agency: str, erasing: Erasing) -> list[Fact]:
    kind, heard = kind_of(agency), erasing.heard
    seen = view(heard.fact, place_of(heard), kind) if kind and heard else None
    return [EntryDisclosed(agency=agency, feed_index=-1, view=seen)] if seen else []
