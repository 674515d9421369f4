"""What holds of the end of benefits whatever the facts are."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from services.casework.entitlement import (
    action_deadline,
    application_counts_from,
    entitlement,
    final_on,
    first_receipt,
)
from services.casework.entitlement_facts import (
    Contest,
    Facts,
    FinalityVariant,
    InterimProof,
    ProofKind,
    Title,
)
from services.casework.law.reading import shipped_rules
from services.chassis.legal_calendar import (
    LAENDER,
    Land,
    first_of_month,
    first_of_next_month,
    is_working_day,
    last_of_month,
)
from staffel_contracts.codes import ProtectionKind, TitleCode

DAY = timedelta(days=1)
DATES = st.dates(date(2011, 1, 1), date(2040, 12, 31))
DAYS = st.integers(0, 800).map(lambda number: timedelta(days=number))


@st.composite
def titles(draw: st.DrawFn) -> Title:
    issued_on, code = draw(DATES), draw(st.sampled_from(TitleCode))
    valid_from = issued_on + draw(st.sampled_from([-30, -1, 0, 1, 40])) * DAY
    return Title(code, issued_on, valid_from, max(issued_on, valid_from) + draw(DAYS))


PROOFS = st.builds(InterimProof, st.sampled_from(ProofKind), DATES, st.booleans())


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    decided_on = draw(DATES)
    served_on = draw(st.none() | DAYS.map(lambda later: decided_on + later))
    since = served_on or decided_on
    contest = draw(st.sampled_from(Contest))
    courts = st.none() if contest is Contest.NONE else st.none() | DAYS.map(since.__add__)
    return Facts(
        land=draw(st.sampled_from(LAENDER)),
        protection_kind=draw(st.none() | st.sampled_from(ProtectionKind)),
        decided_on=decided_on,
        served_on=served_on,
        special_period=draw(st.booleans()),
        contest=contest,
        waiver_on=draw(st.none() | DAYS.map(since.__add__)),
        court_final_on=draw(courts),
        titles=tuple(draw(st.lists(titles(), max_size=3))),
        proofs=tuple(draw(st.lists(PROOFS, max_size=3))),
        finality_variant=draw(st.sampled_from(FinalityVariant)),
    )


@given(facts())
def test_the_two_benefits_touch_at_the_edge_of_a_month(known: Facts) -> None:
    found = entitlement(known)

    if found is not None:
        assert found.end_on == last_of_month(found.end_on)
        assert found.next_start_on == found.end_on + DAY
        assert found.last_lossfree_on == last_of_month(found.next_start_on)


@given(facts())
def test_the_last_lossfree_application_loses_no_day_and_the_next_one_does(known: Facts) -> None:
    found = entitlement(known)

    if found is not None:
        assert application_counts_from(found.last_lossfree_on) == found.next_start_on
        assert application_counts_from(found.last_lossfree_on + DAY) > found.next_start_on


@given(facts(), titles())
def test_one_more_title_never_makes_the_end_later(known: Facts, more: Title) -> None:
    _assert_not_later(replace(known, titles=(*known.titles, more)), known)


@given(facts(), PROOFS)
def test_one_more_proof_never_makes_the_end_later(known: Facts, more: InterimProof) -> None:
    _assert_not_later(replace(known, proofs=(*known.proofs, more)), known)


@given(facts(), DAYS)
def test_a_waiver_never_makes_the_end_later(known: Facts, later: timedelta) -> None:
    known = replace(known, waiver_on=None)

    since = known.served_on or known.decided_on or date(2011, 1, 1)

    _assert_not_later(replace(known, waiver_on=since + later), known)


@given(facts(), DAYS)
def test_a_judgment_never_makes_the_end_later(known: Facts, later: timedelta) -> None:
    contest = Contest.FULL if known.contest is Contest.NONE else known.contest
    known = replace(known, contest=contest, court_final_on=None)

    since = known.served_on or known.decided_on or date(2011, 1, 1)

    _assert_not_later(replace(known, court_final_on=since + later), known)


@given(facts())
def test_an_action_never_makes_the_end_sooner(known: Facts) -> None:
    known = replace(known, court_final_on=None, contest=Contest.NONE)

    _assert_not_later(known, replace(known, contest=Contest.FULL))


@given(facts())
def test_the_variant_of_the_granted_part_never_ends_later_than_the_whole(known: Facts) -> None:
    granted = replace(known, finality_variant=FinalityVariant.GRANTED_PART)

    _assert_not_later(granted, replace(known, finality_variant=FinalityVariant.WHOLE_DECISION))


@given(facts())
def test_the_order_in_which_facts_became_known_does_not_matter(known: Facts) -> None:
    turned = replace(known, titles=known.titles[::-1], proofs=known.proofs[::-1])

    one, other = entitlement(known), entitlement(turned)

    assert (one and one.end_on) == (other and other.end_on)


@given(facts())
def test_the_rule_that_is_named_was_in_force_and_all_inputs_are_given(known: Facts) -> None:
    found = entitlement(known)

    if found is not None:
        month = first_of_month(found.end_on), found.end_on
        in_force = map(partial(shipped_rules().wording, found.rule_id), month)
        wordings = [wording.version for wording in in_force if wording]
        assert found.rule_version in wordings
        assert found.inputs["rules"].startswith(f"{found.rule_id}/{found.rule_version} ")
        assert found.inputs["land"] == known.land
        assert all(found.inputs.values())


@given(served_on=DATES, land=st.sampled_from(LAENDER), special=st.booleans())
def test_action_can_be_brought_until_a_working_day(
    served_on: date, land: Land, *, special: bool
) -> None:

    until = action_deadline(served_on, land, special=special)

    assert is_working_day(until, land)
    assert 7 * (1 if special else 2) <= (until - served_on).days <= 14 + 5
    assert final_on(served_on, land, special=special) == until + DAY


@given(served_on=DATES, later=st.integers(0, 30), land=st.sampled_from(LAENDER))
def test_later_service_is_never_final_sooner(served_on: date, later: int, land: Land) -> None:

    assert final_on(served_on, land) <= final_on(served_on + later * DAY, land)


@given(st.lists(DATES, min_size=1), DATES)
def test_forwarding_never_makes_an_application_later(received: list[date], more: date) -> None:
    counts_from = application_counts_from(first_receipt([*received, more]))

    assert counts_from <= application_counts_from(first_receipt(received))
    assert first_of_next_month(counts_from) > first_receipt([*received, more])


def _assert_not_later(sooner: Facts, later: Facts) -> None:
    one, other = entitlement(sooner), entitlement(later)

    assert other is None or (one is not None and one.end_on <= other.end_on)
