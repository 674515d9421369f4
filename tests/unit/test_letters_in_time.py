"""A letter that waits says what is true when it is handed over, in the person's language."""

from typing import Any

import pytest

from services.notify.app import SERVICE
from services.notify.writing import language_of
from staffel_contracts.codes import (
    NEXT_STEP,
    AnnulReason,
    CloseReason,
    GapCause,
    LetterTemplate,
    RejectReason,
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
    rejected,
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


def hand_out(given: Given, template: LetterTemplate) -> None:
    """The letter is given to the person."""
    letters = given.state().letters
    (ref,) = (ref for ref, one in letters.items() if one["template"] == template)
    given.asks(RecordLetterHandedOver(case=CASE, letter_id=ref), SENDER)


@pytest.mark.parametrize("over", [withdrawn(), annulled()], ids=["withdrawn", "annulled"])
def test_who_was_told_of_a_handoff_is_told_that_it_was_taken_back(over: Fact) -> None:
    given = notify(handed_over())
    hand_out(given, LetterTemplate.HANDED_OVER)

    given.hears(over)

    assert templates(given) == [LetterTemplate.STAYS]
    (told,) = (one for one in given.state().letters.values() if one["status"] == "waiting")
    assert told["values"] == {"receiver": over.to_agency, "agency": SENDER}  # type: ignore[attr-defined]


def test_who_is_handed_over_anew_is_told_of_that_alone() -> None:
    given = notify(handed_over())
    hand_out(given, LetterTemplate.HANDED_OVER)

    given.hears(withdrawn(), handed_over("sheet-2", "handoff-2"))

    assert templates(given) == [LetterTemplate.HANDED_OVER]


def test_who_was_told_that_nobody_takes_over_is_not_told_twice() -> None:
    given = notify(handed_over(), expired())
    hand_out(given, LetterTemplate.REJECTED)

    assert not [one for one in given.hears(withdrawn()) if isinstance(one, LetterComposed)]


def back(kind: type[Fact], **more: Any) -> Any:
    """A fact about handing back what was accepted."""
    usual: dict[str, Any] = {"handoff_id": "back-1", "domain": Domain.BENEFITS}
    usual |= {"from_agency": HANDOFF["to_agency"], "to_agency": SENDER}
    return kind(**usual | more)


def reversing() -> list[Fact]:
    on, day_one = day("2025-04-12"), day("2025-05-01")
    digest = {"effective_on": day_one, "accepted_digest": accepted().accepted_digest}
    return [
        back(bridge.HandoffAccepted, accepted_on=on, **digest),
        back(
            bridge.HandoffReversed,
            reversed_on=on,
            effective_on=day_one,
            reverses_handoff=HANDOFF["handoff_id"],
        ),
    ]


def charged() -> Fact:
    return bridge.ResponsibilityChanged(
        domain=Domain.BENEFITS, from_agency=None, to_agency=SENDER, valid_from=day("2024-09-02")
    )


def test_who_was_told_of_the_new_office_is_told_that_the_old_one_stays_responsible() -> None:
    given = notify(charged(), handed_over(), accepted())
    hand_out(given, LetterTemplate.ACCEPTED)

    given.hears(*reversing())

    assert templates(given) == [LetterTemplate.STAYS]
    (told,) = (one for one in given.state().letters.values() if one["status"] == "waiting")
    assert told["values"] == {"receiver": HANDOFF["to_agency"], "agency": SENDER}


def test_what_was_accepted_and_reversed_is_not_told_any_more() -> None:
    given = notify(charged(), handed_over(), accepted())

    given.hears(*reversing())

    assert templates(given) == []


def test_what_was_accepted_stays_true_while_handing_it_back_comes_to_nothing() -> None:
    given = notify(charged(), handed_over(), accepted())
    reason = next(iter(WithdrawReason))

    given.hears(back(bridge.HandoffExpired, expired_on=day("2025-04-30")))
    given.hears(back(bridge.HandoffWithdrawn, withdrawn_on=day("2025-04-30"), reason_code=reason))

    assert templates(given) == [LetterTemplate.ACCEPTED]


def test_after_the_reversal_nothing_of_the_case_goes_to_who_had_accepted() -> None:
    given = notify(charged(), handed_over(), accepted(), *reversing())

    assert given.state().receiver.agency is None


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


def turned_down(reason: RejectReason) -> Fact:
    return rejected(reason).model_copy(update={"next_step": NEXT_STEP[reason]})


@pytest.mark.parametrize("reason", [RejectReason.NO_NEED, RejectReason.PERSON_DECLINED])
def test_who_expects_another_office_is_told_that_it_does_not_come(reason: RejectReason) -> None:
    given = notify(handed_over())
    hand_out(given, LetterTemplate.HANDED_OVER)

    given.hears(turned_down(reason))

    assert templates(given) == [LetterTemplate.STAYS]


@pytest.mark.parametrize("reason", [RejectReason.ALREADY_WITH_US, RejectReason.DUPLICATE])
def test_who_is_with_the_other_office_already_is_told_nothing(reason: RejectReason) -> None:
    given = notify(handed_over())
    hand_out(given, LetterTemplate.HANDED_OVER)

    given.hears(turned_down(reason))

    assert templates(given) == []


@pytest.mark.parametrize("reason", [RejectReason.NO_NEED, RejectReason.DUPLICATE])
def test_what_waits_is_taken_back_once_when_a_rejection_closes(reason: RejectReason) -> None:
    given = notify(handed_over())

    said = given.hears(turned_down(reason))

    assert [type(one) for one in said if "Letter" in type(one).__name__] == [LetterSuppressed]
    assert templates(given) == []
