"""Who takes over a small child: it follows a member of its household who is entitled to SGB II."""

from dataclasses import replace
from typing import Any

import pytest

from services.casework.app import SERVICE
from services.casework.competence import receiver
from services.casework.handoff_copy import HandoffKnown
from services.casework.households import members
from services.casework.person_copy import Person
from services.casework.state import Case
from services.chassis.decider import NO_AGENCIES
from staffel_contracts.codes import AgencyKind, HouseholdKind
from staffel_contracts.commands.casework import DraftHandoff, RecordCircumstances
from staffel_contracts.facts import intake
from staffel_contracts.facts.casework import HandoffDrafted, HandoverSheetCompleted
from tests.support.entries import DOMAIN, RECEIVER, SENDER, admitted, opened, recognised
from tests.support.given import CASE, Given, day, types

ON = day("2025-05-01")
OFFICE = "social-assistance-12069"


def _person(born: str, **more: Any) -> Person:
    known: dict[str, Any] = {"district": "12069", "agency": SENDER, "birth_date": day(born)}
    return Person("c-2", **known | more)


def _recognised(born: str, served_on: str = "2025-03-20", **more: Any) -> Case:
    person = _person(born, protection_kind="refugee_s3", served_on=day(served_on))
    return Case("c-2", person=person, **more)


def _said(**circumstances: bool) -> dict[str, Any]:
    said = {"last": "circumstances-recorded", "since": None, "said": circumstances}
    return {"circumstances/": said}


MOTHER, GRANDMOTHER, BROTHER = "1994-05-17", "1950-02-03", "2016-01-01"
AT_JOBCENTER = HandoffKnown("c-2", responsible=RECEIVER, responsible_since=day("2024-01-01"))
REJECTED = HandoffKnown("c-2", status="rejected", reason_code="not-able-to-work")
HOUSEHOLDS: dict[str, tuple[tuple[Case, ...], AgencyKind]] = {
    "alone": ((), AgencyKind.SOCIAL_ASSISTANCE),
    "mother recognised with it": ((_recognised(MOTHER),), AgencyKind.JOBCENTER),
    "mother recognised, end known": (
        (_recognised(MOTHER, next_start_on=ON, end_on=day("2025-04-30")),),
        AgencyKind.JOBCENTER,
    ),
    "mother ends later than it": (
        (_recognised(MOTHER, next_start_on=day("2025-07-01")),),
        AgencyKind.SOCIAL_ASSISTANCE,
    ),
    "mother becomes final later": (
        (_recognised(MOTHER, "2025-06-02"),),
        AgencyKind.SOCIAL_ASSISTANCE,
    ),
    "mother still asks for asylum": (
        (Case("c-2", person=_person(MOTHER)),),
        AgencyKind.SOCIAL_ASSISTANCE,
    ),
    "mother refused": (
        (Case("c-2", person=_person(MOTHER, refused_on=day("2025-03-20"))),),
        AgencyKind.SOCIAL_ASSISTANCE,
    ),
    "mother before the court": (
        (_recognised(MOTHER, contested_on=day("2025-04-01"), contest_scope="full"),),
        AgencyKind.SOCIAL_ASSISTANCE,
    ),
    "mother with the jobcenter": (
        (Case("c-2", person=_person(MOTHER), handoff=AT_JOBCENTER),),
        AgencyKind.JOBCENTER,
    ),
    "mother not able to work": (
        (_recognised(MOTHER, handoff=REJECTED),),
        AgencyKind.SOCIAL_ASSISTANCE,
    ),
    "mother in training": (
        (_recognised(MOTHER, records=_said(in_training=True)),),
        AgencyKind.JOBCENTER,
    ),
    "mother with other means": (
        (_recognised(MOTHER, records=_said(other_means=True)),),
        AgencyKind.SOCIAL_ASSISTANCE,
    ),
    "grandmother over age": ((_recognised(GRANDMOTHER),), AgencyKind.SOCIAL_ASSISTANCE),
    "another child": ((_recognised(BROTHER),), AgencyKind.SOCIAL_ASSISTANCE),
    "one of two": (
        (_recognised(GRANDMOTHER), replace(_recognised(MOTHER), case_id="c-3")),
        AgencyKind.JOBCENTER,
    ),
}


@pytest.mark.parametrize(("others", "kind"), HOUSEHOLDS.values(), ids=HOUSEHOLDS.keys())
def test_a_small_child_follows_who_is_entitled(others: tuple[Case, ...], kind: AgencyKind) -> None:
    child = Case("c-1", person=_person("2019-03-01"), others=others)

    found = receiver(child, ON, NO_AGENCIES)

    assert found is not None
    assert found.kind is kind
    norm = "§ 7 Abs. 3 Nr. 4 SGB II"
    if kind is AgencyKind.SOCIAL_ASSISTANCE:
        norm = "§ 7 Abs. 3 SGB II, §§ 19 Abs. 1, 27 SGB XII"
    assert found.norm.startswith(norm)


@pytest.mark.parametrize("others", [(), (_recognised(GRANDMOTHER),)])
def test_from_fifteen_on_nobody_is_followed(others: tuple[Case, ...]) -> None:
    youth = Case("c-1", person=_person("2010-05-01"), others=others)

    found = receiver(youth, ON, NO_AGENCIES)

    assert found is not None
    assert found.kind is AgencyKind.JOBCENTER


def test_where_nobody_looked_at_the_household_the_jobcenter_is_named() -> None:
    found = receiver(Case("c-1", person=_person("2019-03-01")), ON, NO_AGENCIES)

    assert found is not None
    assert found.kind is AgencyKind.JOBCENTER


def _child(others: tuple[Case, ...]) -> Given:
    """A child who is recognised; the household beside it does not change by what is said."""
    case = Given(SERVICE, "2025-03-21")
    case.states["case", CASE] = Case(CASE, others=others)
    case.hears(admitted(birth_date=day("2019-03-01")), opened(), recognised("2025-03-20"))
    return case


def test_a_child_beside_somebody_entitled_is_handed_over_by_itself() -> None:
    case = _child((_recognised(MOTHER),))

    case.on("2025-04-04")

    assert case.last(HandoverSheetCompleted).to_agency == RECEIVER


def test_a_child_beside_nobody_entitled_waits_for_an_official() -> None:
    case = _child(())

    case.on("2025-04-04")
    waits = case.last(HandoffDrafted)
    sheets = [fact for fact in case.said if isinstance(fact, HandoverSheetCompleted)]
    by_hand = DraftHandoff(case=CASE, domain=DOMAIN, to_agency=OFFICE, effective_on=ON)
    said = case.asks(by_hand, SENDER)

    assert (waits.to_agency, sheets) == (OFFICE, [])
    assert types(said) == [HandoffDrafted, HandoverSheetCompleted]
    assert case.last(HandoverSheetCompleted).to_agency == OFFICE


def test_the_household_of_a_child_that_waits_is_looked_at_again_the_day_after() -> None:
    case = _child((Case("c-2", person=_person(MOTHER)),))
    case.on("2025-04-04")
    first = case.last(HandoffDrafted)
    case.states["case", CASE] = replace(case.state(), others=(_recognised(MOTHER),))

    said = case.on("2025-04-05")

    assert first.household_again_on == day("2025-04-05")
    assert types(said) == [HandoffDrafted, HandoverSheetCompleted]
    assert case.last(HandoverSheetCompleted).to_agency == RECEIVER
    assert "household" not in case.pending()


def test_a_child_that_is_still_alone_the_day_after_goes_on_waiting() -> None:
    case = _child(())
    case.on("2025-04-04")
    first = case.last(HandoffDrafted)

    (again,) = case.on("2025-04-05")

    assert isinstance(again, HandoffDrafted)
    assert again.household_again_on is None
    assert (again.handoff_id, again.to_agency) == (first.handoff_id, first.to_agency)
    assert "household" not in case.pending()
    assert case.folded() == {key: replace(one, others=None) for key, one in case.own().items()}


def test_nothing_is_looked_at_again_where_nobody_takes_over_any_more() -> None:
    case = _child(())
    case.on("2025-04-04")

    command = RecordCircumstances(case=CASE, recorded_on=day("2025-04-04"), other_means=True)
    case.asks(command, SENDER)

    assert "household" not in case.pending()


def test_a_draft_that_waited_follows_the_household_once_a_member_is_entitled() -> None:
    case = _child((Case("c-2", person=_person(MOTHER)),))
    case.on("2025-04-04")
    case.states["case", CASE] = replace(case.state(), others=(_recognised(MOTHER),))

    said = case.hears(opened())

    assert types(said) == [HandoffDrafted, HandoverSheetCompleted]
    assert case.last(HandoverSheetCompleted).to_agency == RECEIVER


def test_who_belongs_to_a_household_is_what_was_told_last_of_it() -> None:
    def member(ref: str, at: int, *told: str) -> Case:
        person = _person(MOTHER, file_reference=ref, household_at=at, household_members=[*told])
        return Case(ref, person=person)

    first, left = member("PM-1", 9, "PM-1"), member("PM-2", 4, "PM-1", "PM-2")
    joined, named = member("PM-3", 12), member("PM-4", 3)

    assert members([first, left, joined, named]) == [first, joined]
    assert members([named, joined]) == [named, joined]


def test_who_left_a_household_belongs_to_none() -> None:
    case = Given(SERVICE, "2025-04-02")
    case.hears(admitted(file_reference="PM-2", household_ref="H-1"), opened())
    changed = intake.HouseholdChanged(
        household_ref="H-1",
        changed_on=day("2025-04-01"),
        household_kind=HouseholdKind.SINGLE,
        member_refs=("PM-1",),
    )

    case.hears(changed)

    assert case.state().person.household_ref is None
    case.hears(changed.model_copy(update={"member_refs": ("PM-2",), "household_ref": "H-2"}))
    assert case.state().person.household_ref == "H-2"
