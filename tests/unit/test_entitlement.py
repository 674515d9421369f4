"""When AsylbLG ends and SGB II starts: worked cases, with the dates that an official finds."""

from dataclasses import replace

import pytest

from services.casework.entitlement import (
    Finality,
    action_deadline,
    entitlement,
    final_on,
    finality,
    is_longer_than_six_months,
)
from services.casework.entitlement_facts import Facts, Title
from services.chassis.legal_calendar import Land
from staffel_contracts.codes import FinalityBasis, ProtectionKind, TitleCode
from tests.support.facts import THREE_YEARS, day, recognised, title


def test_benefits_end_with_the_month_in_which_the_decision_is_final() -> None:
    facts = recognised("2025-03-20", decided_on=day("2025-03-13"))

    found = entitlement(facts)

    assert found is not None
    assert found.end_on == day("2025-04-30")
    assert found.next_start_on == day("2025-05-01")
    assert found.last_lossfree_on == day("2025-05-31")
    assert (found.finality_on, found.finality_basis) == (day("2025-04-04"), "no-action-filed")
    assert (found.rule_id, found.rule_version) == ("R01", 2)
    assert found.inputs == {
        "rules": "R01/2 R02/1 R03/1 R09/1",
        "land": "BB",
        "protection_kind": "refugee_s3",
        "served_on": "2025-03-20",
        "special_period": "no",
        "action_until": "2025-04-03",
        "contest": "none",
        "finality_on": "2025-04-04",
        "finality_basis": "no-action-filed",
    }


def test_the_same_facts_are_computed_once() -> None:
    facts = recognised("2025-03-20", decided_on=day("2025-03-13"))

    assert entitlement(replace(facts)) is entitlement(facts)


def test_a_title_of_three_years_ends_them_sooner() -> None:
    facts = recognised("2025-03-20", titles=(THREE_YEARS,))

    found = entitlement(facts)

    assert found is not None
    assert found.end_on == day("2025-03-31")
    assert found.next_start_on == day("2025-04-01")
    assert found.last_lossfree_on == day("2025-04-30")
    assert (found.finality_on, found.finality_basis) == (day("2025-04-04"), "no-action-filed")
    assert (found.rule_id, found.rule_version) == ("R04", 1)
    assert found.inputs == {
        "rules": "R04/1 R01/2 R09/1",
        "land": "BB",
        "protection_kind": "refugee_s3",
        "title_code": "s25-2",
        "issued_on": "2025-03-28",
        "valid_from": "2025-03-28",
        "valid_to": "2028-03-27",
    }


SERVED = [
    ("an ordinary Thursday", "2025-03-20", "BB", "2025-04-03", "2025-04-30"),
    ("served on a Saturday", "2025-03-22", "BB", "2025-04-07", "2025-04-30"),
    ("ends on Good Friday", "2025-04-04", "BB", "2025-04-22", "2025-04-30"),
    ("ends on Easter Monday", "2025-04-07", "BB", "2025-04-22", "2025-04-30"),
    ("ends the day before Good Friday", "2025-04-03", "BB", "2025-04-17", "2025-04-30"),
    ("ends on May Day", "2025-04-17", "BB", "2025-05-02", "2025-05-31"),
    ("ends on 30 April, is final on 1 May", "2025-04-16", "BB", "2025-04-30", "2025-05-31"),
    ("ends on 29 April, is final on the 30th", "2025-04-15", "BB", "2025-04-29", "2025-04-30"),
    ("ends on Ascension Day, final on the 31st", "2025-05-15", "BB", "2025-05-30", "2025-05-31"),
    ("ends on Saturday 31 May", "2025-05-17", "BB", "2025-06-02", "2025-06-30"),
    ("ends on Whit Monday", "2025-05-26", "BB", "2025-06-10", "2025-06-30"),
    ("ends on 8 May 2025 in Berlin", "2025-04-24", "BE", "2025-05-09", "2025-05-31"),
    ("ends on 8 May 2025 in Brandenburg", "2025-04-24", "BB", "2025-05-08", "2025-05-31"),
    ("ends on Corpus Christi in Bavaria", "2025-06-05", "BY", "2025-06-20", "2025-06-30"),
    ("ends on Corpus Christi in Berlin", "2025-06-05", "BE", "2025-06-19", "2025-06-30"),
    ("ends on Corpus Christi, 31 May 2018", "2018-05-17", "NW", "2018-06-01", "2018-06-30"),
    ("ends on Assumption Day in Saarland", "2025-08-01", "SL", "2025-08-18", "2025-08-31"),
    ("ends on World Children's Day", "2024-09-06", "TH", "2024-09-23", "2024-09-30"),
    ("ends on Unity Day", "2025-09-19", "HE", "2025-10-06", "2025-10-31"),
    ("ends on Reformation Day", "2025-10-17", "BB", "2025-11-03", "2025-11-30"),
    ("no Reformation Day in Berlin", "2025-10-17", "BE", "2025-10-31", "2025-11-30"),
    ("Reformation Day 2017, then All Saints", "2017-10-17", "BY", "2017-11-02", "2017-11-30"),
    ("ends on All Saints' Day", "2024-10-18", "BY", "2024-11-04", "2024-11-30"),
    ("ends on Repentance Day in Saxony", "2025-11-05", "SN", "2025-11-20", "2025-11-30"),
    ("ends on Christmas Eve", "2025-12-10", "BB", "2025-12-24", "2025-12-31"),
    ("ends on Christmas Day", "2025-12-11", "BB", "2025-12-29", "2025-12-31"),
    ("ends on 30 December", "2024-12-16", "BB", "2024-12-30", "2024-12-31"),
    ("ends on 31 December", "2024-12-17", "BB", "2024-12-31", "2025-01-31"),
    ("ends on New Year's Day", "2024-12-18", "BB", "2025-01-02", "2025-01-31"),
    ("ends on Epiphany in Saxony-Anhalt", "2025-12-23", "ST", "2026-01-07", "2026-01-31"),
    ("ends on Epiphany in Hesse", "2025-12-23", "HE", "2026-01-06", "2026-01-31"),
    ("Women's Day in Berlin", "2024-02-23", "BE", "2024-03-11", "2024-03-31"),
    ("Women's Day in Mecklenburg", "2024-02-23", "MV", "2024-03-11", "2024-03-31"),
    ("Women's Day, not yet in Mecklenburg", "2022-02-22", "MV", "2022-03-08", "2022-03-31"),
    ("no Women's Day in Brandenburg", "2024-02-23", "BB", "2024-03-08", "2024-03-31"),
    ("final on 29 February", "2024-02-14", "BB", "2024-02-28", "2024-02-29"),
    ("ends on 29 February", "2024-02-15", "BB", "2024-02-29", "2024-03-31"),
    ("ends on 28 February", "2023-02-14", "BB", "2023-02-28", "2023-03-31"),
]


@pytest.mark.parametrize(
    ("served_on", "land", "until", "end_on"),
    [case[1:] for case in SERVED],
    ids=[case[0] for case in SERVED],
)
def test_two_weeks_from_service(served_on: str, land: Land, until: str, end_on: str) -> None:
    found = entitlement(recognised(served_on, land))

    assert found is not None
    assert action_deadline(day(served_on), land) == day(until)
    assert found.inputs["action_until"] == until
    assert found.end_on == day(end_on)


@pytest.mark.parametrize(
    ("served_on", "until", "final", "end_on"),
    [
        ("2025-03-21", "2025-03-28", "2025-03-29", "2025-03-31"),
        ("2025-03-24", "2025-03-31", "2025-04-01", "2025-04-30"),
        ("2025-04-11", "2025-04-22", "2025-04-23", "2025-04-30"),
        ("2025-12-25", "2026-01-02", "2026-01-03", "2026-01-31"),
    ],
)
def test_one_week_from_service_in_special_cases(
    served_on: str, until: str, final: str, end_on: str
) -> None:
    found = entitlement(recognised(served_on, special_period=True))

    assert found is not None
    assert action_deadline(day(served_on), "BB", special=True) == day(until)
    assert final_on(day(served_on), "BB", special=True) == day(final) == found.finality_on
    assert found.end_on == day(end_on)


TITLES = [
    ("exactly six months", title("2025-03-28", "2025-09-27"), "2025-04-30"),
    ("six months and a day", title("2025-03-28", "2025-09-28"), "2025-03-31"),
    ("six months from the 31st", title("2024-10-31", "2025-04-30"), "2025-04-30"),
    ("six months from the 31st and a day", title("2024-10-31", "2025-05-01"), "2024-10-31"),
    ("over before the decision", title("2023-03-20", "2025-03-19"), "2025-04-30"),
    ("over on the day of the decision", title("2023-03-20", "2025-03-20"), "2023-03-31"),
    ("half a calendar year", title("2025-01-01", "2025-06-30"), "2025-04-30"),
    ("half a calendar year and a day", title("2025-01-01", "2025-07-01"), "2025-01-31"),
    ("valid only later", title("2025-03-28", "2028-04-14", "2025-04-15"), "2025-04-30"),
    ("valid only from June", title("2025-03-28", "2028-05-31", "2025-06-01"), "2025-04-30"),
    ("valid since before its issue", title("2025-03-28", "2028-01-14", "2025-01-15"), "2025-03-31"),
    ("issued after finality", title("2025-06-12", "2028-06-11"), "2025-04-30"),
    ("issued on the last of the month", title("2025-03-31", "2028-03-30"), "2025-03-31"),
    ("without end", title("2025-03-31", "9999-12-31"), "2025-03-31"),
]


@pytest.mark.parametrize(
    ("issued", "end_on"), [case[1:] for case in TITLES], ids=[case[0] for case in TITLES]
)
def test_a_recognised_person_with_a_title(issued: Title, end_on: str) -> None:
    found = entitlement(recognised("2025-03-20", titles=(issued,)))

    assert found is not None
    assert found.end_on == day(end_on)
    assert found.rule_id == ("R01" if end_on == "2025-04-30" else "R04")


def test_the_first_of_several_titles_that_ends_benefits_governs() -> None:
    short = title("2025-01-07", "2025-04-06")
    later = title("2025-04-02", "2028-04-01")

    found = entitlement(recognised("2025-03-20", titles=(later, short, THREE_YEARS)))

    assert found is not None
    assert found.inputs["issued_on"] == "2025-03-28"


def test_a_removal_ban_alone_ends_nothing() -> None:
    facts = recognised(protection_kind=ProtectionKind.REMOVAL_BAN, waiver_on=day("2025-03-21"))

    found = entitlement(facts)

    assert found is None
    assert finality(facts) == Finality(day("2025-03-21"), FinalityBasis.WAIVER)


def test_a_removal_ban_hangs_on_the_title() -> None:
    permit = title("2025-06-12", "2026-06-11", code=TitleCode.S25_3)
    facts = recognised(protection_kind=ProtectionKind.REMOVAL_BAN, titles=(permit,))

    found = entitlement(facts)

    assert found is not None
    assert found.end_on == day("2025-06-30")
    assert found.rule_id == "R04"
    assert found.finality_on == day("2025-04-04")


def test_nothing_ends_before_anything_is_served() -> None:
    facts = Facts(
        land="BB", protection_kind=ProtectionKind.REFUGEE_S3, decided_on=day("2025-03-13")
    )

    found = entitlement(facts)

    assert found is None
    assert finality(facts) is None


def test_a_title_ends_benefits_without_any_decision() -> None:
    found = entitlement(Facts(land="BB", titles=(THREE_YEARS,)))

    assert found is not None
    assert found.end_on == day("2025-03-31")
    assert (found.finality_on, found.finality_basis) == (None, None)


def test_a_known_finality_needs_no_day_of_service() -> None:
    facts = Facts(
        land="BB", protection_kind=ProtectionKind.SUBSIDIARY_S4, waiver_on=day("2025-02-28")
    )

    found = entitlement(facts)

    assert found is not None
    assert found.end_on == day("2025-02-28")
    assert found.inputs["rules"] == "R01/2 R02/1 R09/1"


@pytest.mark.parametrize(
    ("issued_on", "last_of_six_months", "next_day"),
    [
        ("2025-03-28", "2025-09-27", "2025-09-28"),
        ("2025-07-01", "2025-12-31", "2026-01-01"),
        ("2024-08-31", "2025-02-28", "2025-03-01"),
        ("2023-08-30", "2024-02-29", "2024-03-01"),
        ("2023-08-29", "2024-02-28", "2024-02-29"),
    ],
)
def test_a_title_is_long_from_the_day_after_six_months(
    issued_on: str, last_of_six_months: str, next_day: str
) -> None:
    short, long = title(issued_on, last_of_six_months), title(issued_on, next_day)

    assert not is_longer_than_six_months(short)
    assert is_longer_than_six_months(long)
