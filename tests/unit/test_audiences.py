"""What agencies see: only fields of their audience, at a place in their own feed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from services.notify.app import SERVICE
from services.notify.views import feed_id, feed_rows
from staffel_contracts.audiences import AUDIENCES, Place, feed_event, view
from staffel_contracts.codes import AgencyKind, ConsentKind
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.facts.notify import EntryDisclosed
from tests.support import entries
from tests.support.given import Given

PLACE = Place("intake", 7, "c-1", "2025-05-05T07:00:00Z")
RECEIVER = "jobcenter-12069"
BESIDE = {
    "source",
    "type",
    "subject",
    "time",
    "validon",
    "entry",
    "basis",
    "datacontenttype",
    "data",
}


def canary(fact: type[Fact]) -> Fact:
    """A fact in which every field says its own name."""
    values: dict[str, Any] = {name: f"canary-{name}" for name in fact.model_fields}
    return fact.model_construct(**values)


@pytest.mark.parametrize("kind", AgencyKind)
@pytest.mark.parametrize("fact", [FACTS[name] for name in sorted(FACTS)])
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_no_view_holds_a_field_outside_its_audience(fact: type[Fact], kind: AgencyKind) -> None:
    audience = AUDIENCES.get(fact, {}).get(kind)
    plain = canary(fact)
    object.__setattr__(plain, "valid_on", lambda: None)

    seen = view(plain, PLACE, kind, frozenset(ConsentKind))

    assert (seen is None) == (audience is None)
    if seen is not None and audience is not None:
        assert set(seen) <= BESIDE
        assert set(seen["data"]) == audience.fields
        text = to_json(seen).decode()
        assert not [n for n in set(fact.model_fields) - audience.fields if f'"canary-{n}"' in text]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("consultation-held", AgencyKind.STATISTICS),
        ("course-place-requested", AgencyKind.OFFER_DESK),
    ],
)
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_a_view_without_a_basis_for_persons_does_not_lead_back_to_one(
    name: str, kind: AgencyKind
) -> None:
    fact = canary(FACTS[f"{name}.v1"])
    object.__setattr__(fact, "valid_on", lambda: None)

    seen = view(fact, PLACE, kind)

    assert seen is not None
    assert not {"subject", "entry"} & set(seen)


def test_every_fact_that_notify_hears_has_an_audience() -> None:
    heard = {fact for facts in SERVICE.hears.values() for fact in facts}

    assert heard == {fact for fact in AUDIENCES if SERVICE.name != fact.SAYER}


PERSONAL = ("Samira", "Beispiel", "1994-05-17", "12069590")
HISTORY: tuple[Fact, ...] = (
    entries.admitted(),
    entries.opened(),
    entries.recognised(),
    entries.titled(),
    entries.ends("2025-03-31", "2025-04-01", "2025-04-30"),
    entries.sheet(),
    entries.handed_over(),
)


@given(st.permutations(HISTORY[1:]))
def test_a_jobcenter_gets_nothing_before_the_handover_and_never_a_name(
    history: list[Fact],
) -> None:
    notify, handed = Given(SERVICE, "2025-05-05"), False
    notify.hears(HISTORY[0])

    for fact in history:
        handed = handed or fact is HISTORY[-1]
        said = [one for one in notify.hears(fact) if isinstance(one, EntryDisclosed)]
        to_receiver = [one for one in said if one.agency == RECEIVER]
        assert handed or not to_receiver
        text = str([one.view for one in to_receiver])
        assert not [word for word in PERSONAL if word in text]


def test_an_agency_that_is_no_part_of_the_case_gets_nothing() -> None:
    notify = Given(SERVICE, "2025-05-05")

    said = notify.hears(*HISTORY)

    assert {one.agency for one in said if isinstance(one, EntryDisclosed)} <= {
        "district-12069",
        RECEIVER,
    }


@given(st.lists(st.integers(0, 10**12 - 1), min_size=2, max_size=20))
def test_feed_ids_sort_as_their_indices(indices: list[int]) -> None:
    assert sorted(feed_id(RECEIVER, n) for n in indices) == [
        feed_id(RECEIVER, n) for n in sorted(indices)
    ]


def test_a_feed_event_names_its_place_in_the_feed_and_in_the_log() -> None:
    seen = view(entries.handed_over(), PLACE, AgencyKind.JOBCENTER)
    assert seen is not None

    event = feed_event(RECEIVER, 3, seen)

    assert (event["id"], event["feedindex"], event["entry"]) == (f"{RECEIVER}/3", 3, "intake/7")
    assert event["specversion"] == "1.0"


def test_a_feed_row_holds_the_event_as_it_is_delivered() -> None:
    notify = Given(SERVICE, "2025-05-05")
    notify.hears(entries.admitted())
    disclosed = notify.last(EntryDisclosed).model_copy(update={"feed_index": 4})

    (row,) = feed_rows(disclosed, notify.state())

    assert row["id"] == feed_id("district-12069", 4)
    assert row["event"] == feed_event("district-12069", 4, disclosed.view)
