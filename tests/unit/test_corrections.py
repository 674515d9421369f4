"""A wrong value is corrected by a new entry, and whoever received it is told; nobody else."""

from typing import Any

import pytest

from services.chassis.decider import Refused
from services.chassis.legal_calendar import start_of_day
from services.intake.app import SERVICE as INTAKE
from services.notify.app import SERVICE
from staffel_contracts.codes import NoticeTemplate, RefusalCode, SheetField
from staffel_contracts.commands.intake import AdmitPerson, CorrectPerson
from staffel_contracts.commands.notify import PropagateRectification
from staffel_contracts.facts.casework import HouseholdMemberCorrected
from staffel_contracts.facts.intake import PersonCorrected
from staffel_contracts.facts.notify import EntryDisclosed, NoticeComposed, RectificationPropagated
from tests.support import entries
from tests.support.entries import RECEIVER, SENDER, STRANGER
from tests.support.given import CASE, Given, day

KIND = "rectification-propagated.v1"


@pytest.fixture
def notify() -> Given:
    """A sheet with the given name went to one jobcenter, one with the nationality to another."""
    given = Given(SERVICE, "2025-05-05")
    given.hears(entries.admitted(), entries.sheet(), entries.handed_over())
    given.hears(entries.rejected())
    other = {"field_codes": (SheetField.NATIONALITY,), "to_agency": STRANGER}
    fields = {SheetField.NATIONALITY: "475"}
    given.hears(entries.sheet("sheet-2", **other, fields=fields))
    second = entries.handed_over("sheet-2", "handoff-2").model_copy(update={"to_agency": STRANGER})
    given.hears(second)
    return given


def told(said: list[Any]) -> set[str]:
    return {f.agency for f in said if isinstance(f, EntryDisclosed) and f.view["type"] == KIND}


def noticed(said: list[Any]) -> set[str]:
    template = NoticeTemplate.DATA_CORRECTED
    return {f.recipient for f in said if isinstance(f, NoticeComposed) and f.template is template}


def test_who_got_the_wrong_value_is_told_and_who_did_not_is_not(notify: Given) -> None:
    said = notify.hears(PersonCorrected(corrected_on=day("2025-05-05"), given_name="Samirah"))

    assert told(said) == {SENDER, RECEIVER}
    assert noticed(said) == {RECEIVER}
    (fact,) = [f for f in said if isinstance(f, RectificationPropagated)]
    assert (fact.recipients, fact.field_codes) == ((RECEIVER,), (SheetField.GIVEN_NAME,))
    assert "Samirah" not in repr(said)


def test_whoever_got_it_until_the_correction_was_recorded_got_the_wrong_value(
    notify: Given,
) -> None:
    said = notify.hears(PersonCorrected(corrected_on=day("2025-04-30"), given_name="Samirah"))

    assert told(said) == {SENDER, RECEIVER}


def test_the_news_names_the_field_and_the_entry_that_corrected_and_no_value(notify: Given) -> None:
    said = notify.hears(PersonCorrected(corrected_on=day("2025-05-05"), given_name="Samirah"))

    news = [f for f in said if isinstance(f, EntryDisclosed) and f.view["type"] == KIND]
    to_receiver = next(f for f in news if f.agency == RECEIVER)
    assert to_receiver.view["data"]["field_codes"] == ["given-name"]
    assert "recipients" not in to_receiver.view["data"]
    assert to_receiver.view["basis"] == "Art. 19 DSGVO"
    assert to_receiver.view["entry"] == f"intake/{notify.heard['intake']}"


def test_a_value_that_nobody_received_is_corrected_without_news_to_others(notify: Given) -> None:
    said = notify.hears(PersonCorrected(corrected_on=day("2025-05-05"), address_area="12069590"))

    assert told(said) == {SENDER}
    assert noticed(said) == set()


def ask(notify: Given, agency: str, **more: Any) -> list[Any]:
    wish = PropagateRectification(
        case=CASE,
        rectification_ref="casework/9",
        corrected_on=more.pop("on", day("2025-05-05")),
        field_codes=more.pop("codes", (SheetField.HEALTH_FUND,)),
    )
    return list(notify.asks(wish, agency))


def test_an_answer_to_a_question_is_corrected_for_those_who_asked(notify: Given) -> None:
    notify.hears(entries.supplied("handoff-2"))

    said = ask(notify, SENDER)

    assert told(said) == {SENDER, STRANGER}
    assert noticed(said) == {STRANGER}


def test_only_what_was_received_before_the_correction_was_wrong(notify: Given) -> None:
    said = ask(notify, SENDER, codes=(SheetField.GIVEN_NAME,), on=day("2025-05-04"))

    assert told(said) == {SENDER}


@pytest.mark.parametrize(
    ("agency", "on", "code"),
    [
        (RECEIVER, "2025-05-05", RefusalCode.NOT_FOUND),
        ("district-14612", "2025-05-05", RefusalCode.NOT_FOUND),
        (SENDER, "2025-05-06", RefusalCode.DATE_IN_FUTURE),
    ],
)
def test_only_the_district_of_the_case_says_what_was_corrected(
    notify: Given, agency: str, on: str, code: RefusalCode
) -> None:
    with pytest.raises(Refused) as refused:
        ask(notify, agency, on=day(on))

    assert refused.value.code is code


# -- the correction itself -----------------------------------------------------------------------


def correct(given: Given, **values: Any) -> list[Any]:
    known: dict[str, Any] = {"district": "12069", "file_reference": "50-4711"}
    known |= {"corrected_on": day("2025-05-05")}
    return list(given.asks(CorrectPerson(**known | values), SENDER))


@pytest.fixture
def intake() -> Given:
    given = Given(INTAKE, "2025-05-05")
    given.asks(
        AdmitPerson(
            district="12069",
            file_reference="50-4711",
            admitted_on=day("2024-09-02"),
            given_name="Samira",
            family_name="Beispiel",
            birth_date=day("1994-05-17"),
            nationality="475",
            language="ar",
        ),
        SENDER,
    )
    return given


def test_a_correction_says_the_right_values_and_no_other(intake: Given) -> None:
    (fact,) = correct(intake, family_name="Beispiehl")

    assert fact == PersonCorrected(corrected_on=day("2025-05-05"), family_name="Beispiehl")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, RefusalCode.INVALID),
        ({"given_name": "A", "corrected_on": day("2025-05-06")}, RefusalCode.DATE_IN_FUTURE),
        ({"birth_date": day("2025-01-01")}, RefusalCode.BIRTH_AFTER_ADMISSION),
        ({"given_name": "A", "file_reference": "50-1"}, RefusalCode.PERSON_NOT_ADMITTED),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(
    intake: Given, values: dict[str, Any], code: RefusalCode
) -> None:
    with pytest.raises(Refused) as refused:
        correct(intake, **values)

    assert refused.value.code is code


@pytest.fixture
def together(notify: Given) -> Given:
    """A third sheet tells of the household, and went to a jobcenter on the day before."""
    other = {"field_codes": (SheetField.HOUSEHOLD,), "fields": {SheetField.HOUSEHOLD: "H-1"}}
    notify.hears(entries.sheet("sheet-3", **other), entries.handed_over("sheet-3", "handoff-3"))
    notify.on("2025-05-06")
    return notify


@pytest.mark.parametrize(
    ("until", "sheet", "names"),
    [
        (None, "sheet-3", {SENDER, RECEIVER}),
        ("2025-05-05", "sheet-3", {SENDER, RECEIVER}),
        ("2025-05-04", "sheet-3", set()),
        (None, "sheet-4", set()),
        (None, None, {SENDER, RECEIVER}),
    ],
)
def test_of_another_member_they_are_told_who_got_a_sheet_while_it_told_of_them(
    together: Given, until: str | None, sheet: str | None, names: set[str]
) -> None:
    said = together.hears(
        HouseholdMemberCorrected(
            corrected_on=day("2025-05-06"),
            sheet_refs=(sheet,) if sheet else (),
            told_until=day(until) if until else None,
        )
    )

    assert told(said) == names
    seen = [f.view for f in said if isinstance(f, EntryDisclosed) and f.agency == RECEIVER]
    assert "told_until" not in repr(seen)


def test_a_sheet_that_was_made_at_midnight_is_of_the_day_that_begins(notify: Given) -> None:
    notify.at(start_of_day(day("2025-05-06")))  # in UTC it is the fifth still
    other = {"field_codes": (SheetField.HOUSEHOLD,), "fields": {SheetField.HOUSEHOLD: "H-1"}}
    notify.hears(entries.sheet("sheet-3", **other), entries.handed_over("sheet-3", "handoff-3"))

    said = notify.hears(
        HouseholdMemberCorrected(corrected_on=day("2025-05-06"), told_until=day("2025-05-05"))
    )

    assert told(said) == set()
