"""Nobody's restriction ends before they were told that it does (Art. 18 Abs. 3 DSGVO)."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.casework.app import SERVICE as CASEWORK
from services.casework.retaining import restrictions
from services.chassis.decider import Refused
from services.notify.app import SERVICE as NOTIFY
from staffel_contracts.codes import LetterTemplate, RefusalCode, RestrictionReason
from staffel_contracts.commands.casework import AnnounceRestrictionEnd, RestrictProcessing
from staffel_contracts.facts import casework
from staffel_contracts.facts.notify import LetterComposed, LetterSuppressed
from tests.support.entries import RECEIVER, SENDER, admitted, charged, handed_over
from tests.support.given import CASE, Given, day, types

CONTESTED, CLAIMS = RestrictionReason.ACCURACY_CONTESTED, RestrictionReason.NEEDED_FOR_CLAIMS
TODAY, YESTERDAY = day("2025-05-05"), day("2025-05-04")


def restrict(case: Given, **more: Any) -> list[Any]:
    known: dict[str, Any] = {"restricted_on": case.now.date(), "reason_code": CONTESTED}
    return list(case.asks(RestrictProcessing(case=CASE, **known | more), SENDER))


def announce(case: Given, **more: Any) -> list[Any]:
    known: dict[str, Any] = {"reason_code": CONTESTED, "announced_on": TODAY, "ends_on": TODAY}
    return list(case.asks(AnnounceRestrictionEnd(case=CASE, **known | more), SENDER))


@pytest.fixture
def case() -> Given:
    """Since the first of May the data is only stored, until somebody knows better."""
    case = Given(CASEWORK, "2025-05-01")
    case.hears(admitted(), charged())
    restrict(case)
    case.on("2025-05-05")
    return case


def code_of(ask: Any) -> RefusalCode:
    with pytest.raises(Refused) as refused:
        ask()
    return refused.value.code


@pytest.mark.parametrize("until", [YESTERDAY, TODAY, day("2030-12-31")])
def test_an_end_that_nobody_was_told_of_is_refused(case: Given, until: date) -> None:
    assert code_of(lambda: restrict(case, until=until)) is RefusalCode.PERSON_NOT_INFORMED


def test_who_was_told_is_shown_again_and_the_log_says_when_they_were(case: Given) -> None:
    (announced,) = announce(case)

    (lifted,) = restrict(case, until=YESTERDAY, informed_on=TODAY)

    assert announced == casework.RestrictionEndAnnounced(
        reason_code=CONTESTED, announced_on=TODAY, ends_on=TODAY
    )
    assert (lifted.until, lifted.informed_on) == (YESTERDAY, TODAY)


def test_an_announcement_lifts_nothing(case: Given) -> None:
    announce(case)

    assert restrictions(case.state())[CONTESTED].until == date.max
    assert code_of(lambda: restrict(case, until=YESTERDAY)) is RefusalCode.PERSON_NOT_INFORMED


def test_what_stands_as_long_or_longer_takes_no_word_to_the_person(case: Given) -> None:
    restrict(case, until=day("2025-06-30"), informed_on=TODAY)

    restrict(case, until=day("2025-06-30"))
    restrict(case, until=day("2025-07-31"))
    restrict(case)

    assert restrictions(case.state())[CONTESTED].until == date.max


def test_another_reason_is_another_restriction(case: Given) -> None:
    restrict(case, reason_code=CLAIMS, until=day("2025-05-31"))

    objected = lambda: announce(case, reason_code=RestrictionReason.OBJECTED)  # noqa: E731
    assert code_of(objected) is RefusalCode.ILLEGAL_TRANSITION
    assert restrictions(case.state())[CONTESTED].until == date.max


@pytest.mark.parametrize(
    ("informed_on", "code"),
    [
        ("2025-05-06", RefusalCode.DATE_IN_FUTURE),
        ("2025-04-30", RefusalCode.IMPLAUSIBLE_DATES),
    ],
)
def test_nobody_is_told_tomorrow_or_before_it_began(
    case: Given, informed_on: str, code: RefusalCode
) -> None:
    ask = lambda: restrict(case, until=YESTERDAY, informed_on=day(informed_on))  # noqa: E731

    assert code_of(ask) is code


def test_the_end_that_is_announced_lies_ahead_and_is_of_what_stands(case: Given) -> None:
    assert code_of(lambda: announce(case, ends_on=YESTERDAY)) is RefusalCode.IMPLAUSIBLE_DATES

    restrict(case, until=YESTERDAY, informed_on=TODAY)

    assert code_of(lambda: announce(case)) is RefusalCode.ILLEGAL_TRANSITION


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(-2, 9) | st.none(), st.booleans()), max_size=8))
def test_whatever_is_said_it_never_ends_sooner_without_a_word(
    said: list[tuple[int | None, bool]],
) -> None:
    case = Given(CASEWORK, "2025-05-05")
    case.hears(admitted(), charged())
    for days, told in said:
        until = None if days is None else TODAY + timedelta(days=days)
        before = restrictions(case.state()).get(CONTESTED)
        with suppress(Refused):
            restrict(case, until=until, informed_on=TODAY if told else None)
        after = restrictions(case.state()).get(CONTESTED)
        stood = before is not None and before.until >= TODAY
        if stood and after and before and after.until < before.until:
            assert told


# -- the letter ----------------------------------------------------------------------------------


def announced(reason: RestrictionReason = CONTESTED, ends_on: str = "2025-05-12") -> Any:
    return casework.RestrictionEndAnnounced(
        reason_code=reason, announced_on=TODAY, ends_on=day(ends_on)
    )


def restricted(until: date | None, reason: RestrictionReason = CONTESTED) -> Any:
    return casework.ProcessingRestricted(restricted_on=TODAY, reason_code=reason, until=until)


@pytest.fixture
def letters() -> Given:
    """The jobcenter is responsible; the person reads Arabic."""
    letters = Given(NOTIFY, "2025-05-05")
    letters.hears(
        admitted(), charged(), handed_over(), charged(RECEIVER, "2025-05-01", "handoff-1")
    )
    return letters


def composed(said: list[Any]) -> list[LetterComposed]:
    return [f for f in said if isinstance(f, LetterComposed)]


def test_the_district_has_a_letter_to_hand_over_before_it_lifts(letters: Given) -> None:
    (letter,) = composed(letters.hears(announced()))

    assert (letter.template, letter.language) == (LetterTemplate.RESTRICTION_ENDS, "ar")
    assert letter.agency == SENDER
    assert letter.values["end_on"] == "2025-05-12"


def test_who_is_restricted_until_a_day_is_told_of_the_day_at_once(letters: Given) -> None:
    assert composed(letters.hears(restricted(None))) == []

    (letter,) = composed(letters.hears(restricted(day("2025-06-30"))))

    assert letter.values["end_on"] == "2025-06-30"


@pytest.mark.parametrize("until", [YESTERDAY, None])
def test_what_waits_is_outdated_once_when_it_is_lifted_or_stays(
    letters: Given, until: date | None
) -> None:
    (letter,) = composed(letters.hears(announced()))

    said = letters.hears(restricted(until))

    gone = [f.letter_id for f in said if isinstance(f, LetterSuppressed)]
    assert gone == [letter.letter_id]
    assert composed(said) == []


def test_each_reason_has_its_own_letter_and_the_last_day_counts(letters: Given) -> None:
    (first,) = composed(letters.hears(announced()))
    letters.hears(announced(CLAIMS))

    said = letters.hears(announced(ends_on="2025-05-19"))

    assert types(said).count(LetterSuppressed) == 1
    assert letters.state().letters[first.letter_id]["status"] == "outdated"
    waiting = [one for one in letters.state().letters.values() if one["status"] == "waiting"]
    ends = [one["values"] for one in waiting if one["template"] == "restriction-ends"]
    assert sorted(one["end_on"] for one in ends) == ["2025-05-12", "2025-05-19"]
