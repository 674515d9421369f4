"""Letters to the person: templates in the person's language, the German text beneath; pure."""

import tomllib
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files
from string import Formatter
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from staffel_contracts.codes import AgencyKind, LetterTemplate, ResponsibilityDomain, kind_of
from staffel_contracts.registers import in_words

GERMAN = "de"
LANGUAGES = ("ar", "de", "en", "fa", "fr", "ru", "ti", "tr", "uk")
"""Persian and Dari share a written language: ``fa``."""
_ALSO_CALLED = {
    "ar": "ara arb apc acm arz", "de": "deu ger", "en": "eng", "fr": "fra fre", "ru": "rus",
    # Dari is taught where Pashto is spoken: better than German alone, which stands beneath it.
    "fa": "fas per pes prs ps pus pbt pbu", "ti": "tir", "tr": "tur", "uk": "ukr",
}  # fmt: skip
"""Three letters of ISO 639-2 and 639-3, and languages whose speakers read the letters too."""
_ALIKE = {code: ours for ours, codes in _ALSO_CALLED.items() for code in codes.split()}
_ISOLATE, _ENDS = "\u2068", "\u2069"
"""First strong isolate and its end (Unicode, UAX 9)."""
KNOWN = frozenset({"start_on", "end_on", "apply_by", "due_on", "receiver", "agency"})
"""What a template may name."""


_MAY_LOSE_BENEFITS = {
    LetterTemplate.BENEFITS_END,
    LetterTemplate.REJECTED,
    LetterTemplate.STAYS,
    LetterTemplate.DAYS_WITHOUT_BENEFITS,
}
Also = tuple[Literal["apply", "choose_fund"], ...]
"""Sentences that a letter says besides its text."""


class UnreadableLetters(ValueError):
    """A file of templates breaks a rule; says the file and the key."""


class Template(BaseModel):
    """One letter: a subject and a text with placeholders."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    text: str

    def placeholders(self) -> set[str]:
        """The names that it fills in."""
        parsed = Formatter().parse(self.subject + self.text)
        return {name for _, name, _, _ in parsed if name is not None}


class Letters(BaseModel):
    """All letters in one language; ``checked``: read by somebody whose language it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    direction: Literal["ltr", "rtl"]
    checked: bool
    greeting: str
    closing: str
    binding: str
    about: str
    """Said where a letter is about another domain than benefits."""
    apply: str
    """Said where benefits may be lost for want of an application (§ 37 SGB II, § 16 SGB I)."""
    choose_fund: str
    """Said where a jobcenter pays: whoever chooses no fund is assigned one (§ 175 Abs. 3 SGB V)."""
    domains: dict[ResponsibilityDomain, str]
    letters: dict[LetterTemplate, Template]


class Letter(NamedTuple):
    """A letter as it is handed over: the translation, and the German text that counts."""

    language: str
    direction: str
    subject: str
    paragraphs: tuple[str, ...]
    german: tuple[str, ...]

    def as_text(self) -> str:
        """The letter in plain text."""
        german = ("", "—", "", *self.german) if self.german else ()
        return "\n\n".join((self.subject, *self.paragraphs)) + "\n" + "\n".join(german)

    def as_html(self) -> str:
        """The letter as a page that loads nothing from elsewhere and can be printed."""
        own = "".join(f"<p>{_marked(one)}</p>" for one in self.paragraphs)
        german = "".join(f"<p>{escape(one)}</p>" for one in self.german)
        beneath = f'<hr><section lang="de" dir="ltr">{german}</section>' if german else ""
        return (
            f'<!doctype html><html lang="{self.language}" dir="{self.direction}">'
            f'<head><meta charset="utf-8"><title>{escape(self.subject)}</title>'
            "<style>body{font:1.1rem/1.6 sans-serif;max-width:40rem;margin:2rem auto}"
            "bdi{white-space:nowrap}"
            "@media print{body{margin:0}}</style></head>"
            f"<body><h1>{_marked(self.subject)}</h1>{own}{beneath}</body></html>"
        )


def _marked(text: str) -> str:
    """As HTML; what is written from left to right is not broken into two lines."""
    return escape(text).replace(_ISOLATE, "<bdi>").replace(_ENDS, "</bdi>")


def language_of(code: str | None) -> str:
    """The language of the letters for a person; German where there is none."""
    short = (code or GERMAN).lower().split("-")[0]
    short = _ALIKE.get(short, short)
    return short if short in LANGUAGES else GERMAN


def letter(template: LetterTemplate, language: str, values: dict[str, str]) -> Letter:
    """Write a letter; dates as in German, agencies by their kind and place.

    One about another domain than benefits says which, and that all else stays as it is.
    """
    chosen, domain, also = letters_in(language), values.get("domain"), _also(template, values)
    plain = dict.fromkeys(KNOWN, "—") | {name: _shown(value) for name, value in values.items()}
    german = _in_german(template, plain, domain, also) if language != GERMAN else ()
    shown = {name: _apart(value) for name, value in plain.items()}
    shown = shown if chosen.direction == "rtl" else plain
    return Letter(
        language,
        chosen.direction,
        chosen.letters[template].subject.format(**shown),
        _paragraphs(chosen, template, shown, domain, also) + ((chosen.binding,) if german else ()),
        german,
    )


def _also(template: LetterTemplate, values: dict[str, str]) -> Also:
    """What else the person has to know, by what the letter is about and who is to pay."""
    if template in _MAY_LOSE_BENEFITS and "domain" not in values:
        return ("apply",)
    pays = template is LetterTemplate.BENEFITS_START and kind_of(values.get("receiver", ""))
    return ("choose_fund",) if pays is AgencyKind.JOBCENTER else ()


def _in_german(
    template: LetterTemplate, plain: dict[str, str], domain: str | None, also: Also
) -> tuple[str, ...]:
    """What counts, with its subject."""
    known = letters_in(GERMAN)
    subject = known.letters[template].subject.format(**plain)
    return (subject, *_paragraphs(known, template, plain, domain, also))


def _apart(value: str) -> str:
    """What is written from left to right, kept together among words from right to left."""
    return f"{_ISOLATE}{value}{_ENDS}"


def _paragraphs(
    chosen: Letters,
    template: LetterTemplate,
    shown: dict[str, str],
    domain: str | None,
    also: Also,
) -> tuple[str, ...]:
    named = shown | ({"domain": chosen.domains[ResponsibilityDomain(domain)]} if domain else {})
    about = (chosen.about,) if domain else ()
    further = (getattr(chosen, name) for name in also)
    texts = (chosen.greeting, *about, chosen.letters[template].text, *further, chosen.closing)
    return tuple(text.format(**named) for text in texts)


def _shown(value: str) -> str:
    try:
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    except ValueError:
        return in_words(value)


@cache
def letters_in(language: str) -> Letters:
    """The shipped letters in a language; constants, read once."""
    name = f"{language}.toml"
    return read_letters(name, files("services.notify").joinpath("letters", name).read_bytes())


def read_letters(name: str, data: bytes) -> Letters:
    """Letters from a file.

    Raises:
        UnreadableLetters: a key is missing or unknown, or a placeholder nobody fills in.
    """
    try:
        given = tomllib.loads(data.decode())
        domains = given.pop("domains", {})
        tables = {key: given.pop(key) for key in list(given) if isinstance(given[key], dict)}
        found = Letters.model_validate({**given, "domains": domains, "letters": tables})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UnreadableLetters(f"{name}: {place}: {first['msg']}") from None
    except ValueError as error:
        raise UnreadableLetters(f"{name}: {error}") from None
    _check(name, found)
    return found


def _check(name: str, found: Letters) -> None:
    if missing := set(LetterTemplate) - found.letters.keys():
        msg = f"{name}: {min(missing)}: the letter is missing"
        raise UnreadableLetters(msg)
    others = set(ResponsibilityDomain) - {ResponsibilityDomain.BENEFITS}
    if unnamed := others - found.domains.keys():
        msg = f"{name}: domains: {min(unnamed)} is missing"
        raise UnreadableLetters(msg)
    for template, one in found.letters.items():
        if unknown := one.placeholders() - KNOWN:
            msg = f"{name}: {template}: {{{min(unknown)}}} is filled in by nobody"
            raise UnreadableLetters(msg)
