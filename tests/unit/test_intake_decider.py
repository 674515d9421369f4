"""What intake takes in and what it refuses."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.chassis.decider import Refused
from services.intake.app import SERVICE
from staffel_contracts.codes import HouseholdKind, InterimProofKind
from staffel_contracts.commands.intake import (
    AdmitPerson,
    ChangeHousehold,
    FormHousehold,
    RecordAsylumRecognition,
    RecordAsylumRefusal,
    RecordInterimProof,
    RecordResidenceTitle,
    RecordTemporaryProtection,
    SetReceptionQuota,
)
from staffel_contracts.facts import intake as facts
from tests.support.given import Given, types

DISTRICT = "district-12069"
WHO: dict[str, Any] = {"district": "12069", "file_reference": "PM-1"}
PERSON: dict[str, Any] = {
    "district": "12069",
    "file_reference": "PM-1",
    "admitted_on": date(2025, 1, 7),
    "given_name": "Rana",
    "family_name": "Beispiel",
    "birth_date": date(1990, 2, 3),
    "nationality": "475",
    "language": "ar",
}
DECISION: dict[str, Any] = {
    "district": "12069",
    "file_reference": "PM-1",
    "decided_on": date(2025, 2, 20),
    "served_on": date(2025, 2, 25),
    "received_on": date(2025, 2, 28),
}
TITLE: dict[str, Any] = {
    "district": "12069",
    "file_reference": "PM-1",
    "title_code": "s25-2",
    "issued_on": date(2025, 3, 1),
    "valid_from": date(2025, 3, 1),
    "valid_to": date(2028, 2, 29),
}


def admit(**other: Any) -> AdmitPerson:
    return AdmitPerson(**(PERSON | other))


def recognise(**other: Any) -> RecordAsylumRecognition:
    return RecordAsylumRecognition(**(DECISION | {"protection_kind": "refugee_s3"} | other))


def title(**other: Any) -> RecordResidenceTitle:
    return RecordResidenceTitle(**(TITLE | other))


def protect(registered_on: date) -> RecordTemporaryProtection:
    return RecordTemporaryProtection(**WHO, registered_on=registered_on)


def prove(**other: Any) -> RecordInterimProof:
    usual: dict[str, Any] = {"issued_on": date(2025, 2, 1), "valid_to": date(2025, 7, 31)}
    usual |= {"biometrics_done": True, "proof_kind": InterimProofKind.FICTION}
    return RecordInterimProof(**WHO, **(usual | other))


def form(*members: str) -> FormHousehold:
    day, kind = date(2025, 1, 8), HouseholdKind.FAMILY
    return FormHousehold(
        **WHO, household_ref="H-1", formed_on=day, household_kind=kind, member_refs=members
    )


def change(*members: str, left_refs: tuple[str, ...] = ()) -> ChangeHousehold:
    return ChangeHousehold(
        **WHO,
        household_ref="H-1",
        changed_on=date(2025, 3, 1),
        household_kind=HouseholdKind.FAMILY,
        member_refs=members,
        left_refs=left_refs,
    )


@pytest.fixture
def intake() -> Given:
    return Given(SERVICE, "2025-03-03")


@pytest.fixture
def admitted(intake: Given) -> Given:
    intake.asks(admit(), DISTRICT)
    return intake


@pytest.fixture
def recognised(admitted: Given) -> Given:
    admitted.asks(recognise(), DISTRICT)
    return admitted


def test_an_admission_opens_the_case(intake: Given) -> None:
    said = intake.asks(admit(), DISTRICT)

    assert types(said) == [facts.PersonAdmitted, facts.CaseOpened]
    assert isinstance(said[0], facts.PersonAdmitted)
    assert said[0].agency == DISTRICT
    assert said[0].case_id.removeprefix("c-") == said[0].person_id.removeprefix("p-")


def test_a_recognition_a_refusal_and_titles_are_recorded(admitted: Given) -> None:
    assert types(admitted.asks(recognise(), DISTRICT)) == [facts.AsylumRecognised]
    assert types(admitted.asks(title(), "immigration-office-12069")) == [facts.ResidenceTitleIssued]


def test_the_state_holds_what_was_recorded(recognised: Given) -> None:
    recognised.asks(title(), DISTRICT)

    state = recognised.state()

    assert (state.admitted_on, state.decision) == (date(2025, 1, 7), "recognised")
    assert (state.decided_on, state.served_on) == (date(2025, 2, 20), date(2025, 2, 25))
    assert (state.titles, state.title_code) == (1, "s25-2")
    assert state.title_valid_to == date(2028, 2, 29)
    assert recognised.folded() == recognised.own()


def test_after_a_refusal_a_later_decision_counts(admitted: Given) -> None:
    admitted.asks(RecordAsylumRefusal(**DECISION), DISTRICT)

    later = {"decided_on": date(2025, 2, 27), "served_on": date(2025, 2, 28)}
    said = admitted.asks(recognise(**later), DISTRICT)

    assert types(said) == [facts.AsylumRecognised]
    assert admitted.state().decision == "recognised"
    assert admitted.folded() == admitted.own()


def test_more_protection_after_a_recognition_is_recorded(recognised: Given) -> None:
    later = {"decided_on": date(2025, 2, 27), "served_on": date(2025, 2, 28)}
    said = recognised.asks(recognise(**later), DISTRICT)

    assert types(said) == [facts.AsylumRecognised]
    assert recognised.state().decided_on == date(2025, 2, 27)
    assert recognised.folded() == recognised.own()


def test_a_recognition_is_not_taken_back_by_a_refusal(recognised: Given) -> None:
    later = DECISION | {"decided_on": date(2025, 2, 27), "served_on": date(2025, 2, 28)}

    with pytest.raises(Refused) as refused:
        recognised.asks(RecordAsylumRefusal(**later), DISTRICT)

    assert refused.value.code == "decision-already-recorded"


def test_an_earlier_decision_changes_no_refusal(admitted: Given) -> None:
    admitted.asks(RecordAsylumRefusal(**DECISION), DISTRICT)

    with pytest.raises(Refused) as refused:
        admitted.asks(recognise(), DISTRICT)

    assert (refused.value.code, refused.value.field) == ("decision-already-recorded", "decided_on")


def test_a_household_is_said_on_the_file_of_every_member_that_there_is(admitted: Given) -> None:
    admitted.asks(admit(file_reference="PM-2", given_name="Omid"), DISTRICT)

    said = admitted.asks(form("PM-1", "PM-2", "PM-3"), DISTRICT)

    assert types(said) == [facts.HouseholdFormed, facts.HouseholdFormed]
    assert set(admitted.logs) == {("person", "12069/PM-1"), ("person", "12069/PM-2")}
    assert admitted.folded() == admitted.own()


def test_who_left_a_household_is_told_on_the_own_file(admitted: Given) -> None:
    admitted.asks(admit(file_reference="PM-2", given_name="Omid"), DISTRICT)
    admitted.asks(form("PM-1", "PM-2"), DISTRICT)

    said = admitted.asks(change("PM-1", left_refs=("PM-2",)), DISTRICT)

    assert types(said) == [facts.HouseholdChanged, facts.HouseholdChanged]
    (_, left) = said
    assert isinstance(left, facts.HouseholdChanged)
    assert left.member_refs == ("PM-1",)
    assert isinstance(admitted.logs["person", "12069/PM-2"][-1], facts.HouseholdChanged)


def test_what_is_known_of_a_household_is_not_said_again(admitted: Given) -> None:
    admitted.asks(admit(file_reference="PM-2", given_name="Omid"), DISTRICT)
    admitted.asks(form("PM-1", "PM-2"), DISTRICT)
    by_other = form("PM-1", "PM-2").model_copy(update={"file_reference": "PM-2"})

    assert admitted.asks(by_other, DISTRICT) == []
    with pytest.raises(Refused, match="illegal-transition"):
        admitted.asks(form("PM-1"), DISTRICT)


def test_a_household_that_was_only_named_at_the_admission_can_change(admitted: Given) -> None:
    assert types(admitted.asks(change("PM-1"), DISTRICT)) == [facts.HouseholdChanged]


def test_a_household_is_recorded_on_the_file_of_somebody_admitted(intake: Given) -> None:
    with pytest.raises(Refused, match="person-not-admitted"):
        intake.asks(form("PM-1"), DISTRICT)


def test_a_title_follows_temporary_protection_without_a_decision_about_asylum(
    admitted: Given,
) -> None:
    protected = RecordTemporaryProtection(**WHO, registered_on=date(2025, 2, 14))
    admitted.asks(protected, DISTRICT)

    said = admitted.asks(title(title_code="s24"), DISTRICT)

    assert types(said) == [facts.ResidenceTitleIssued]


def test_a_certificate_cannot_end_before_it_was_issued(admitted: Given) -> None:
    days: dict[str, Any] = {"issued_on": date(2025, 2, 20), "valid_to": date(2025, 2, 19)}
    kind = InterimProofKind.FICTION
    proof = RecordInterimProof(**WHO, **days, proof_kind=kind, biometrics_done=True)

    with pytest.raises(Refused) as refused:
        admitted.asks(proof, DISTRICT)

    assert (refused.value.code, refused.value.field) == ("implausible-dates", "valid_to")


def test_a_refusal_is_recorded(admitted: Given) -> None:
    assert types(admitted.asks(RecordAsylumRefusal(**DECISION), DISTRICT)) == [facts.AsylumRefused]


def test_a_quota_is_said_once_and_again_when_it_changes(intake: Given) -> None:
    quota = SetReceptionQuota(district="12069", year=2025, persons=1470)

    assert types(intake.asks(quota, DISTRICT)) == [facts.ReceptionQuotaSet]
    assert intake.asks(quota, DISTRICT) == []
    changed = quota.model_copy(update={"persons": 1500})
    assert types(intake.asks(changed, DISTRICT)) == [facts.ReceptionQuotaSet]


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (admit(admitted_on=date(2025, 3, 4)), "date-in-future", "admitted_on"),
        (admit(birth_date=date(2025, 1, 8)), "birth-after-admission", "birth_date"),
        (recognise(), "person-not-admitted", "file_reference"),
        (title(), "person-not-admitted", "file_reference"),
    ],
)
def test_what_does_not_fit_an_unknown_person_is_refused(
    intake: Given, command: Any, code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        intake.asks(command, DISTRICT)

    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (admit(given_name="Other"), "person-already-admitted", "file_reference"),
        (recognise(decided_on=date(2025, 1, 6)), "decision-before-arrival", "decided_on"),
        (recognise(served_on=date(2025, 2, 19)), "served-before-decided", "served_on"),
        (recognise(received_on=date(2025, 2, 24)), "implausible-dates", "received_on"),
        (recognise(received_on=date(2025, 3, 4)), "date-in-future", "received_on"),
        (recognise(served_on=date(2025, 3, 4)), "date-in-future", "served_on"),
        (title(), "no-decision", "title_code"),
        (protect(registered_on=date(2025, 3, 4)), "date-in-future", "registered_on"),
        (protect(registered_on=date(2004, 12, 31)), "implausible-dates", "registered_on"),
        (prove(issued_on=date(2025, 3, 4)), "date-in-future", "issued_on"),
        (prove(issued_on=date(2004, 12, 31)), "implausible-dates", "issued_on"),
        (prove(valid_to=date(2025, 1, 31)), "implausible-dates", "valid_to"),
    ],
)
def test_what_does_not_fit_an_admitted_person_is_refused(
    admitted: Given, command: Any, code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        admitted.asks(command, DISTRICT)

    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (recognise(), "decision-already-recorded", "decided_on"),
        (title(valid_to=date(2025, 2, 1)), "implausible-dates", "valid_to"),
        (title(issued_on=date(2025, 3, 4)), "date-in-future", "issued_on"),
        (title(issued_on=date(2024, 3, 4)), "implausible-dates", "issued_on"),
        (title(valid_from=date(2004, 12, 31)), "implausible-dates", "valid_from"),
    ],
)
def test_what_does_not_fit_a_recognised_person_is_refused(
    recognised: Given, command: Any, code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        recognised.asks(command, DISTRICT)

    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_decision_under_law_that_is_not_kept_is_not_recorded(intake: Given) -> None:
    """The AufenthG came into force in 2005."""
    intake.asks(admit(admitted_on=date(1994, 1, 7)), DISTRICT)
    old = dict.fromkeys(("decided_on", "served_on", "received_on"), date(1995, 3, 1))

    with pytest.raises(Refused) as refused:
        intake.asks(recognise(**old), DISTRICT)

    assert (refused.value.code, refused.value.field) == ("implausible-dates", "decided_on")


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(2100, 1, 1), date(1899, 12, 31)])
def test_a_day_that_no_calendar_holds_is_no_day_of_a_command(day: date) -> None:
    with pytest.raises(ValidationError, match="a day from 1900 to 2099 is expected") as error:
        title(valid_to=day)

    assert error.value.errors()[0]["loc"] == ("valid_to",)


@pytest.mark.parametrize("agency", ["district-14612", "jobcenter-12069", "immigration-office-1"])
def test_persons_of_another_district_are_none_of_an_agencys_business(
    intake: Given, agency: str
) -> None:
    with pytest.raises(Refused) as refused:
        intake.asks(admit(), agency)

    assert refused.value.code == "agency-may-not"


def test_the_quota_is_the_districts_own(intake: Given) -> None:
    with pytest.raises(Refused):
        intake.asks(
            SetReceptionQuota(district="14612", year=2025, persons=1), "immigration-office-14612"
        )
