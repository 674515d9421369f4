"""A letter that waits says what is true when it is handed over, in the person's language."""

from typing import Any

import pytest

from services.notify.app import SERVICE
from services.notify.writing import language_of
from staffel_contracts.codes import (
    AnnulReason,
    CloseReason,
    GapCause,
    LetterTemplate,
    ReopenReason,
    SheetField,
    SuppressReason,
    WithdrawReason,
)
from staffel_contracts.codes import ResponsibilityDomain as Domain
from staffel_contracts.commands.notify import RecordLetterHandedOver
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework, intake
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.facts.notify import LetterComposed, LetterSuppressed
from tests.support.entries import (
    SENDER,
    accepted,
    admitted,
    asked,
    ends,
    expired,
    handed_over,
    pays,
    supplied,
)
from tests.support.given import CASE, Given, day

END = ends("2025-04-30", "2025-05-01", "2025-05-31")
HANDOFF: dict[str, Any] = {
    name: getattr(expired(), name) for name in ("handoff_id", "domain", "from_agency", "to_agency")
}


def notify(*facts: Fact) -> Given:
    given = Given(SERVICE, "2025-04-04")
    given.hears(admitted(), *facts)
    return given


def waiting(given: Given) -> list[tuple[str, str]]:
    """Template and language of each letter that waits."""
    letters = given.state().letters.values()
    return [(one["template"], one["language"]) for one in letters if one["status"] == "waiting"]


def templates(given: Given) -> list[str]:
    return [template for template, _ in waiting(given)]


def closed(reason: CloseReason) -> casework.CaseClosed:
    return casework.CaseClosed(closed_on=day("2025-04-10"), reason_code=reason)


def gap(from_on: str) -> bridge.CoverageGapDetected:
    return bridge.CoverageGapDetected(
        from_on=day(from_on), detected_on=day(from_on), cause_code=next(iter(GapCause))
    )


def gap_closed(from_on: str) -> bridge.CoverageGapClosed:
    return bridge.CoverageGapClosed(
        from_on=day(from_on), to_on=day(from_on), days=1, cause_code=next(iter(GapCause))
    )


def withdrawn() -> bridge.HandoffWithdrawn:
    reason = next(iter(WithdrawReason))
    return bridge.HandoffWithdrawn(**HANDOFF, withdrawn_on=day("2025-04-10"), reason_code=reason)


def annulled() -> bridge.HandoffAnnulled:
    reason = next(iter(AnnulReason))
    return bridge.HandoffAnnulled(**HANDOFF, annulled_on=day("2025-04-10"), reason_code=reason)


@pytest.mark.parametrize(
    "reason", [CloseReason.DIED, CloseReason.LEFT, CloseReason.ENTERED_IN_ERROR]
)
def test_nobody_gets_a_letter_about_somebody_who_died_left_or_never_was(
    reason: CloseReason,
) -> None:
    given = notify(END, closed(reason), handed_over(), pays())

    assert waiting(given) == []
    suppressed = given.last(LetterSuppressed)
    assert suppressed.reason_code is SuppressReason.NOBODY_LEFT
    assert given.folded() == given.own()


def test_a_case_that_was_handed_over_and_closed_goes_on_telling() -> None:
    given = notify(closed(CloseReason.HANDED_OVER), pays())

    assert templates(given) == [LetterTemplate.BENEFITS_START]


def test_letters_that_were_held_back_are_written_again_when_the_case_was_closed_in_error() -> None:
    given = notify(END, closed(CloseReason.DIED))
    again = casework.CaseReopened(
        reopened_on=day("2025-04-11"), reason_code=ReopenReason.CLOSED_IN_ERROR
    )

    given.hears(again)
    given.hears(handed_over())

    assert templates(given) == [LetterTemplate.BENEFITS_END, LetterTemplate.HANDED_OVER]
    assert given.state().work.is_gone is False


@pytest.mark.parametrize("over", [withdrawn(), annulled()], ids=["withdrawn", "annulled"])
def test_a_handoff_that_was_taken_back_outdates_what_was_to_be_said_of_it(over: Fact) -> None:
    given = notify(END, handed_over(), asked(SheetField.HEALTH_FUND), over)

    assert templates(given) == [LetterTemplate.BENEFITS_END]


def test_a_handoff_that_nobody_answered_is_told_with_how_to_apply() -> None:
    given = notify(END, handed_over(), expired())

    assert templates(given) == [LetterTemplate.BENEFITS_END, LetterTemplate.REJECTED]


def test_an_answer_outdates_that_the_papers_were_passed_on_and_something_was_missing() -> None:
    given = notify(handed_over(), asked(SheetField.HEALTH_FUND), accepted())

    assert templates(given) == [LetterTemplate.ACCEPTED]


def test_of_another_domain_nothing_is_outdated() -> None:
    housing = {"domain": Domain.ACCOMMODATION, "handoff_id": "handoff-2"}
    given = notify(handed_over(), handed_over().model_copy(update=housing), accepted())

    assert templates(given) == [LetterTemplate.HANDED_OVER, LetterTemplate.ACCEPTED]


def test_nobody_is_asked_for_what_was_supplied_meanwhile() -> None:
    given = notify(handed_over(), asked(SheetField.HEALTH_FUND), supplied("handoff-1"))

    assert templates(given) == [LetterTemplate.HANDED_OVER]


def test_nobody_is_asked_for_what_was_supplied_where_the_answer_is_heard_first() -> None:
    given = notify(handed_over())
    before = given.now
    given.on("2025-04-14")
    given.hears(supplied("handoff-1"))
    given.now = before

    given.hears(asked(SheetField.HEALTH_FUND))

    assert templates(given) == [LetterTemplate.HANDED_OVER]


def test_days_that_are_covered_by_now_are_no_reason_to_come_at_once() -> None:
    given = notify(gap("2025-05-01"), gap_closed("2025-05-01"))

    assert waiting(given) == []


def test_each_gap_has_its_own_letter() -> None:
    given = notify(gap("2025-05-01"), gap("2025-07-01"), gap_closed("2025-05-01"))

    (one,) = [each for each in given.state().letters.values() if each["status"] == "waiting"]
    assert one["values"]["start_on"] == "2025-07-01"


def test_a_corrected_language_is_the_language_of_what_waits_and_of_what_comes() -> None:
    given = notify(END)
    ref = given.last(LetterComposed).letter_id
    given.asks(RecordLetterHandedOver(case=CASE, letter_id=ref), SENDER)
    given.hears(handed_over())

    given.hears(intake.PersonCorrected(corrected_on=day("2025-04-04"), language="uk"))
    given.hears(intake.PersonCorrected(corrected_on=day("2025-04-04"), given_name="Mira"))
    given.hears(pays())

    assert waiting(given) == [
        (LetterTemplate.HANDED_OVER, "uk"),
        (LetterTemplate.BENEFITS_START, "uk"),
    ]
    assert given.folded() == given.own()


@pytest.mark.parametrize(
    ("code", "letters"),
    [("ara", "ar"), ("ukr", "uk"), ("tir", "ti"), ("per", "fa"), ("pes", "fa"), ("fre", "fr")],
)
def test_a_language_in_three_letters_is_the_same_language(code: str, letters: str) -> None:
    assert language_of(code) == letters
