"""The invented year is plausible, lawful in its dates, and the same for the same seed."""

import unicodedata
from collections import Counter
from datetime import date, timedelta

import pytest

from services.chassis.legal_calendar import is_working_day, last_day_of_months
from services.intake.meaning import Ready, to_command
from services.intake.rows import Row
from services.platform.demo.decisions import LAND, Decision
from services.platform.demo.export import rows_by_day
from services.platform.demo.origins import REFUSED, TITLES
from services.platform.demo.population import Person, invent
from staffel_contracts.codes import ProtectionKind
from staffel_contracts.commands.intake import AdmitPerson

YEAR = invent(1500, 7)
DECIDED = [person for person in YEAR.persons if person.decision]
TITLED = [person for person in YEAR.persons if person.title]
LONG = timedelta(days=14)


def test_the_same_seed_gives_the_same_year() -> None:
    again = invent(1500, 7)

    assert again == YEAR


def test_another_seed_gives_another_year() -> None:
    other = invent(1500, 8)

    assert other != YEAR


@pytest.mark.parametrize("persons", [1, 2, 30, 333])
def test_as_many_people_arrive_as_were_asked_for(persons: int) -> None:
    population = invent(persons, 1)

    assert len(population.persons) == persons


def test_people_arrive_on_working_days_of_the_year() -> None:
    days = {person.admitted_on for person in YEAR.persons}

    assert {day.year for day in days} == {2025}
    assert all(is_working_day(day, LAND) for day in days)


def test_people_arrive_in_every_month_and_most_of_them_in_autumn() -> None:
    months = Counter(person.admitted_on.month for person in YEAR.persons)

    assert set(months) == set(range(1, 13))
    assert months[9] + months[10] > months[1] + months[2]


def test_the_quota_is_nearly_met() -> None:
    assert 0.85 * YEAR.quota < len(YEAR.persons) <= YEAR.quota


def test_file_references_are_given_once_in_the_order_of_admission() -> None:
    references = [person.file_reference for person in YEAR.persons]
    days = [person.admitted_on for person in YEAR.persons]

    assert references == sorted(set(references))
    assert days == sorted(days)


def test_names_are_in_latin_script() -> None:
    letters = {c for p in YEAR.persons for c in p.given_name + p.family_name if c.isalpha()}

    assert {c for c in letters if not unicodedata.name(c).startswith("LATIN")} == set()


def test_nobody_shares_name_and_birth_date_with_another() -> None:
    people = [(p.given_name, p.family_name, p.birth_date) for p in YEAR.persons]

    assert len(people) == len(set(people))


def test_everybody_is_born_before_the_admission_and_most_are_adults() -> None:
    ages = [(p.admitted_on - p.birth_date).days / 365.25 for p in YEAR.persons]

    assert all(0 < age < 80 for age in ages)
    assert 0.5 < sum(age >= 18 for age in ages) / len(ages) < 0.8


def test_a_household_comes_together_speaks_one_language_and_has_an_adult() -> None:
    for household in _households():
        same = {(p.admitted_on, p.nationality, p.language, p.family_name) for p in household}
        oldest = min(p.birth_date for p in household)

        assert len(same) == 1
        assert (household[0].admitted_on - oldest).days > 18 * 365


def test_who_comes_alone_has_no_household() -> None:
    sizes = Counter(person.household_ref for person in YEAR.persons)
    alone = sizes.pop(None)

    assert alone > 0
    assert min(sizes.values()) > 1


def test_nothing_is_decided_before_the_arrival() -> None:
    assert all(d.decided_on > p.admitted_on for p, d in _decisions())


def test_notices_are_served_on_working_days_after_the_decision() -> None:
    assert all(d.served_on > d.decided_on for _, d in _decisions())
    assert all(is_working_day(d.served_on, LAND) for _, d in _decisions())


def test_the_office_hears_of_notices_on_working_days_after_they_were_served() -> None:
    assert all(d.received_on > d.served_on for _, d in _decisions())
    assert all(is_working_day(d.received_on, LAND) for _, d in _decisions())


def test_some_news_comes_weeks_late_and_most_does_not() -> None:
    late = [d for _, d in _decisions() if d.received_on - d.served_on > LONG]

    assert 0.05 < len(late) / len(DECIDED) < 0.25


def test_every_kind_of_decision_is_made_and_some_are_pending() -> None:
    outcomes = Counter(d.outcome for _, d in _decisions())

    assert set(outcomes) == {*ProtectionKind, REFUSED}
    assert len(DECIDED) < len(YEAR.persons)


def test_a_household_may_be_decided_differently() -> None:
    decided = [{p.decision.outcome for p in h if p.decision} for h in _households()]

    assert any(len(outcomes) > 1 for outcomes in decided)


def test_titles_follow_recognitions_with_the_paragraph_of_the_protection() -> None:
    codes = {(p.decision.outcome, p.title.code) for p in TITLED if p.decision and p.title}

    assert codes == set(TITLES.items())


def test_titles_are_longer_than_six_months() -> None:
    titles = [person.title for person in TITLED if person.title]

    assert all(t.valid_to > last_day_of_months(t.issued_on, 6) for t in titles)


def test_some_titles_are_issued_before_the_decision_is_final() -> None:
    early = [p for p in TITLED if p.title and p.title.issued_on - _served(p) < LONG]

    assert 0 < len(early) < len(TITLED) / 2


def test_every_row_of_the_export_is_one_that_intake_takes() -> None:
    rows = [row for day in rows_by_day(YEAR).values() for row in day]

    ready = [to_command(Row(1, row), YEAR.district) for row in rows]

    assert [bad for bad in ready if not isinstance(bad, Ready)] == []
    admitted = [r for r in ready if isinstance(r, Ready) and isinstance(r.command, AdmitPerson)]
    assert len(admitted) == len(YEAR.persons)


def test_the_export_knows_nothing_before_its_day() -> None:
    for day, rows in rows_by_day(YEAR).items():
        for row in rows:
            known = [date.fromisoformat(v) for n, v in row.items() if n in _PAST]

            assert all(moment <= day for moment in known)


def test_a_file_is_told_in_order() -> None:
    told: dict[str, list[str]] = {}
    for _, rows in sorted(rows_by_day(YEAR).items()):
        for row in rows:
            told.setdefault(row.get("file_reference", ""), []).append(row["kind"])

    assert {tuple(kinds) for kinds in told.values()} == {
        ("quota",),
        ("person",),
        ("person", "refusal"),
        ("person", "recognition"),
        ("person", "recognition", "title"),
    }


_PAST = frozenset({"admitted_on", "birth_date", "decided_on", "served_on", "issued_on"})


def _households() -> list[list[Person]]:
    found: dict[str, list[Person]] = {}
    for person in YEAR.persons:
        if person.household_ref:
            found.setdefault(person.household_ref, []).append(person)
    return list(found.values())


def _decisions() -> list[tuple[Person, Decision]]:
    return [(person, person.decision) for person in DECIDED if person.decision]


def _served(person: Person) -> date:
    assert person.decision is not None
    return person.decision.served_on
