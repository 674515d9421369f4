"""The person is told in their language, once, and only what is still true."""

from itertools import product

import pytest

from services.chassis.decider import Refused
from services.notify.app import SERVICE
from services.notify.writing import (
    KNOWN,
    LANGUAGES,
    UnreadableLetters,
    language_of,
    letter,
    letters_in,
    read_letters,
)
from staffel_contracts.codes import LetterTemplate
from staffel_contracts.codes import ResponsibilityDomain as Domain
from staffel_contracts.commands.notify import RecordLetterHandedOver
from staffel_contracts.facts.notify import LetterComposed, LetterHandedOver, LetterSuppressed
from tests.support.entries import SENDER, admitted, ends, ends_after_all, goes_on, handed_over
from tests.support.given import CASE, Given, types

OTHERS = [domain for domain in Domain if domain is not Domain.BENEFITS]
VALUES = dict.fromkeys(KNOWN, "2025-05-01") | {
    "receiver": "jobcenter-12069",
    "agency": "district-12069",
}


@pytest.mark.parametrize(("language", "template"), list(product(LANGUAGES, LetterTemplate)))
def test_every_letter_is_there_in_every_language_with_the_same_dates(
    language: str, template: LetterTemplate
) -> None:
    written = letter(template, language, VALUES)
    german = letters_in("de").letters[template].placeholders()

    assert letters_in(language).letters[template].placeholders() == german
    text = written.as_text()
    assert "{" not in text
    assert ("01.05.2025" in text) == bool(german - {"receiver"})
    assert (written.german == ()) == (language == "de")


@pytest.mark.parametrize(("language", "domain"), list(product(LANGUAGES, OTHERS)))
def test_a_letter_about_another_domain_says_which(language: str, domain: Domain) -> None:
    written = letter(LetterTemplate.HANDED_OVER, language, VALUES | {"domain": domain.value})

    known = letters_in(language)
    assert written.paragraphs[1] == known.about.format(domain=known.domains[domain])
    assert len(set(known.domains.values())) == len(OTHERS)
    about_benefits = letter(LetterTemplate.HANDED_OVER, language, VALUES)
    assert len(written.paragraphs) == len(about_benefits.paragraphs) + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_language_and_direction_and_loads_nothing(language: str) -> None:
    page = letter(LetterTemplate.ACCEPTED, language, VALUES).as_html()

    direction = "rtl" if language in ("ar", "fa") else "ltr"
    assert f'lang="{language}" dir="{direction}"' in page
    assert "http" not in page
    assert "src=" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agency_is_named_as_people_know_it_and_kept_together(language: str) -> None:
    text = " ".join(letter(LetterTemplate.ACCEPTED, language, VALUES).paragraphs)

    apart = language in ("ar", "fa")
    assert ("\u2068Jobcenter Potsdam-Mittelmark\u2069" in text) is apart
    assert "Jobcenter Potsdam-Mittelmark" in text
    assert text.count("\u2068") == text.count("\u2069")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_keeps_names_and_days_in_one_piece_and_ends_with_the_german_subject(
    language: str,
) -> None:
    written = letter(LetterTemplate.BENEFITS_END, language, VALUES)
    page = written.as_html()

    apart = language in ("ar", "fa")
    assert ("<bdi>Landkreis Potsdam-Mittelmark</bdi>" in page) is apart
    assert ("<bdi>01.05.2025</bdi>" in page) is apart
    assert "bdi{white-space:nowrap}" in page
    assert "Ihre Leistungen enden am 01.05.2025" in (*written.german, written.subject)


def test_what_nobody_has_checked_says_so() -> None:
    assert {one for one in LANGUAGES if letters_in(one).checked} == {"de", "en"}


@pytest.mark.parametrize(
    ("code", "language"),
    [("ar", "ar"), ("prs", "fa"), ("de-DE", "de"), ("sw", "de"), (None, "de"), ("TI", "ti")],
)
def test_a_language_without_letters_is_german(code: str | None, language: str) -> None:
    assert language_of(code) == language


def test_a_file_that_lacks_a_letter_or_fills_in_nonsense_names_its_place() -> None:
    text = (
        'language = "x"\ndirection = "ltr"\nchecked = true\ngreeting = "a"\nclosing = "b"\n'
        'binding = "c"\nabout = "d"\napply = "e"\nchoose_fund = "f"\n'
    )
    domains = "[domains]\n" + "".join(f'{one.value} = "n"\n' for one in OTHERS)
    whole = (
        text
        + domains
        + "".join(f'[{one.value}]\nsubject = "s"\ntext = "t"\n' for one in LetterTemplate)
    )

    read_letters("x.toml", whole.encode())
    with pytest.raises(UnreadableLetters, match=r"x\.toml: .*: the letter is missing"):
        read_letters("x.toml", text.encode())
    with pytest.raises(UnreadableLetters, match="name} is filled in by nobody"):
        read_letters("x.toml", whole.replace('"t"', '"{name}"', 1).encode())
    with pytest.raises(UnreadableLetters, match=r"x\.toml: domains: accommodation is missing"):
        read_letters("x.toml", whole.replace('accommodation = "n"\n', "").encode())
    with pytest.raises(UnreadableLetters, match="direction"):
        read_letters("x.toml", whole.replace('"ltr"', '"up"').encode())


def test_the_person_is_told_of_each_domain_by_itself() -> None:
    notify = told()
    housing = {"domain": Domain.ACCOMMODATION, "handoff_id": "handoff-2", "sheet_ref": "sheet-2"}
    notify.hears(handed_over())
    notify.hears(handed_over().model_copy(update=housing))

    letters = [fact for fact in notify.said if isinstance(fact, LetterComposed)]

    assert [one.values.get("domain") for one in letters] == [None, None, "accommodation"]
    assert letters[-1].template is LetterTemplate.HANDED_OVER
    assert not [fact for fact in notify.said if isinstance(fact, LetterSuppressed)]
    assert notify.folded() == notify.own()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "template", [LetterTemplate.REJECTED, LetterTemplate.DAYS_WITHOUT_BENEFITS]
)
def test_whoever_may_lose_benefits_is_told_to_apply_and_never_that_nothing_is_to_be_done(
    language: str, template: LetterTemplate
) -> None:
    written = letter(template, language, VALUES)

    assert letters_in(language).apply in written.paragraphs
    assert "stellen Sie ihn bitte sofort" in " ".join((*written.german, *written.paragraphs))
    assert "nichts tun" not in written.as_text()


def test_no_application_is_asked_for_where_another_domain_was_refused() -> None:
    values = VALUES | {"domain": Domain.ACCOMMODATION.value}

    assert "Antrag" not in letter(LetterTemplate.REJECTED, "de", values).as_text()


@pytest.mark.parametrize(
    ("payer", "asked"),
    [("jobcenter-12069", True), ("district-12054", False), ("youth-office-12069", False)],
)
def test_a_health_fund_is_chosen_where_a_jobcenter_pays(payer: str, asked: object) -> None:
    written = letter(LetterTemplate.BENEFITS_START, "uk", VALUES | {"receiver": payer})

    assert (letters_in("uk").choose_fund in written.paragraphs) is asked
    assert ("Krankenkasse" in " ".join(written.german)) is asked


def told() -> Given:
    notify = Given(SERVICE, "2025-04-04")
    notify.hears(admitted(), ends("2025-04-30", "2025-05-01", "2025-05-31"))
    return notify


def test_the_end_of_benefits_is_told_in_german_until_the_admission_is_heard() -> None:
    notify = Given(SERVICE, "2025-04-04")

    notify.hears(ends("2025-04-30", "2025-05-01", "2025-05-31"))
    notify.hears(admitted())

    first, second = [fact for fact in notify.said if isinstance(fact, LetterComposed)]
    assert (first.template, first.language) == (LetterTemplate.BENEFITS_END, "de")
    assert (second.language, second.agency) == ("ar", SENDER)
    assert second.values == first.values
    assert notify.last(LetterSuppressed).letter_id == first.letter_id


def test_the_end_of_benefits_is_told_once_with_its_dates() -> None:
    letters = [fact for fact in told().said if isinstance(fact, LetterComposed)]

    (one,) = letters
    assert (one.template, one.language, one.agency) == (LetterTemplate.BENEFITS_END, "ar", SENDER)
    assert one.values["apply_by"] == "2025-05-31"


def test_a_letter_that_was_not_handed_over_gives_way_to_what_is_true_now() -> None:
    notify = told()

    said = notify.hears(ends_after_all("2025-03-31", "2025-04-01", "2025-04-30", "2025-04-30"))

    assert [kind for kind in types(said) if kind in (LetterComposed, LetterSuppressed)] == [
        LetterSuppressed,
        LetterComposed,
    ]


def test_an_end_that_was_withdrawn_outdates_its_letter() -> None:
    notify = told()

    said = notify.hears(goes_on("2025-04-30"))

    letters = [kind for kind in types(said) if kind in (LetterComposed, LetterSuppressed)]
    assert letters == [LetterSuppressed]


def test_who_was_given_the_letter_about_the_end_is_told_that_benefits_go_on() -> None:
    notify = told()
    ref = notify.last(LetterComposed).letter_id
    notify.asks(RecordLetterHandedOver(case=CASE, letter_id=ref), SENDER)

    notify.hears(goes_on("2025-04-30"))
    letter_id = notify.last(LetterComposed).letter_id
    notify.hears(ends("2026-02-28", "2026-03-01", "2026-03-31"))

    told_of = [fact.template for fact in notify.said if isinstance(fact, LetterComposed)]
    assert told_of == [
        LetterTemplate.BENEFITS_END,
        LetterTemplate.BENEFITS_CONTINUE,
        LetterTemplate.BENEFITS_END,
    ]
    assert notify.last(LetterSuppressed).letter_id == letter_id


def test_a_letter_is_handed_over_once_by_the_agency_that_has_it() -> None:
    notify = told()
    notify.hears(handed_over())
    ref = notify.last(LetterComposed).letter_id
    wish = RecordLetterHandedOver(case=CASE, letter_id=ref)

    with pytest.raises(Refused, match="not-found"):
        notify.asks(wish, "jobcenter-12069")
    (said,) = notify.asks(wish, SENDER)

    assert isinstance(said, LetterHandedOver)
    with pytest.raises(Refused, match="illegal-transition"):
        notify.asks(wish, SENDER)
    assert notify.folded() == notify.own()
