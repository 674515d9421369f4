"""Invented names in Latin script, as papers carry them, by nationality."""

from random import Random
from typing import NamedTuple

from mimesis import Gender, Locale, Person
from mimesis.keys import romanize

Sex = str
"""``f`` or ``m``: it only chooses the name, and leaves no trace in any record."""


class Style(NamedTuple):
    """Where names come from: lists of our own, or a locale of mimesis."""

    female: tuple[str, ...] = ()
    male: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    locale: Locale | None = None


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ARABIC = Style(
    _words("Amal Dalia Farah Ghada Hala Iman Lina Maha Nour Rania Rima Salma Yara Zahra"),
    _words("Adnan Bassam Fadi Ghassan Hadi Ibrahim Jamal Karim Majd Nabil Omar Rami Tarek"),
    _words(
        "Abboud Al-Amin Al-Hamwi Al-Masri Barakat Darwish Fayyad Haddad Halabi Issa Jaber "
        "Kassab Khoury Mansour Nasser Qabbani Saleh Shami Suleiman Zidan"
    ),
)
PERSIAN = Style(
    _words("Arezo Farida Freshta Laila Mahbuba Maryam Nargis Parwin Roya Shabnam Sima Zohra"),
    _words("Ahmad Dawood Farhad Habib Jawad Kamran Mirwais Najib Omid Qasim Reza Samim"),
    _words(
        "Ahmadi Alizada Azizi Faizi Ghafari Haidari Hashimi Karimi Mohammadi Nazari Niazi "
        "Qaderi Rahimi Rezai Sadat Sharifi Wardak Yusufi"
    ),
)
SOMALI = Style(
    _words("Amina Asha Fadumo Hodan Ifrah Khadra Nimco Sagal Ubah Zamzam"),
    _words("Abdi Ayanle Bashir Cabdulle Faarax Guled Jama Liban Mahad Yusuf"),
    _words("Abdullahi Adan Ali Dirie Farah Hassan Hersi Ismail Mohamud Nur Osman Warsame"),
)
TIGRINYA = Style(
    _words("Abeba Feven Helen Luwam Mehret Rahwa Saba Selam Semhar Yordanos"),
    _words("Abel Biniam Dawit Filmon Haben Kidane Merhawi Robel Tesfay Yonas"),
    _words("Abraha Berhane Ghebre Habte Kidane Mebrahtu Negash Okbay Tekle Weldu Zeray"),
)
AZERBAIJANI = Style(locale=Locale.AZ)
RUSSIAN = Style(locale=Locale.RU)
TURKISH = Style(locale=Locale.TR)
UKRAINIAN = Style(locale=Locale.UK)

_CYRILLIC = {Locale.RU, Locale.UK}


class Names:
    """Gives names, the same ones for the same seed."""

    def __init__(self, random: Random) -> None:
        """Draw on ``random``."""
        self._random = random
        self._people: dict[Locale, Person] = {}

    def given(self, style: Style, sex: Sex) -> str:
        """A given name."""
        if style.locale is None:
            return self._random.choice(style.female if sex == "f" else style.male)
        return self._latin(style.locale, self._person(style.locale).first_name(_gender(sex)))

    def family(self, style: Style, sex: Sex) -> str:
        """A family name, in the form for the sex where the language has two."""
        if style.locale is None:
            return self._random.choice(style.family)
        return self._latin(style.locale, self._person(style.locale).last_name(_gender(sex)))

    def _person(self, locale: Locale) -> Person:
        if locale not in self._people:
            self._people[locale] = Person(locale, seed=self._random.getrandbits(32))
        return self._people[locale]

    def _latin(self, locale: Locale, name: str) -> str:
        return romanize(locale)(name) if locale in _CYRILLIC else name


def _gender(sex: Sex) -> Gender:
    return Gender.FEMALE if sex == "f" else Gender.MALE
