"""The handover sheet as a PDF, for agencies without an interface, and for the person."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from services.casework.shown import sheet_extras
from services.casework.state import Case
from services.chassis.printing import pdf, template
from staffel_contracts.codes import (
    AgencyKind,
    FinalityBasis,
    InterimProofKind,
    SheetField,
    TitleCode,
    kind_of,
)
from staffel_contracts.codes import ResponsibilityDomain as Domain
from staffel_contracts.domains import BY_CONSENT
from staffel_contracts.registers import districts, in_words, nationalities

Members = list[dict[str, Any]]
"""The others of the household, as ``services.casework.households`` tells them."""

REASONS = {
    "profile": "für diese Stelle nicht vorgesehen",
    "consent": "keine Einwilligung",
    "never": "wird nie übermittelt",
}
_IDENTITY: Final = (
    "Ihren Aufenthaltstitel oder die Fiktionsbescheinigung",
    "Ihren Pass, wenn Sie einen haben",
)
_HOUSING: Final = "Ihren Mietvertrag oder das Schreiben der Unterkunft"
_FUND: Final = "den Namen Ihrer Krankenkasse"
BRING: Final[dict[Domain, tuple[str, ...]]] = {
    Domain.BENEFITS: (*_IDENTITY, _HOUSING, "Ihre Kontonummer", _FUND),
    Domain.ACCOMMODATION: (*_IDENTITY, _HOUSING),
    Domain.HEALTH_COVER: (*_IDENTITY, _FUND),
    Domain.LABOUR_INTEGRATION: (
        *_IDENTITY,
        "Ihre Zeugnisse und Ihren Lebenslauf, wenn Sie welche haben",
    ),
    Domain.INTEGRATION_COUNSELLING: _IDENTITY,
}
"""What the person brings to the new agency, by domain."""
_TAKE_APPLICATIONS: Final = {AgencyKind.JOBCENTER, AgencyKind.SOCIAL_ASSISTANCE}
"""§ 37 SGB II, § 44 SGB XII; a district or youth office acts once it knows (§ 6b AsylbLG)."""
LANGUAGES: Final = {
    "ar": "Arabisch", "de": "Deutsch", "en": "Englisch", "es": "Spanisch", "fa": "Farsi",
    "fr": "Französisch", "ka": "Georgisch", "ku": "Kurdisch", "prs": "Dari", "ps": "Paschtu",
    "ru": "Russisch", "so": "Somali", "sq": "Albanisch", "sr": "Serbisch", "ti": "Tigrinya",
    "tr": "Türkisch", "uk": "Ukrainisch", "ur": "Urdu", "vi": "Vietnamesisch",
}  # fmt: skip
"""Languages by ISO 639; one that is not here is printed as its code."""
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_TITLE = re.compile(r"(\S+) (\S+)/(\S+)")


def sheet_pdf(
    row: dict[str, Any], case: Case, today: date, household: Members | None = None
) -> bytes:
    """The sheet of a row, as it stands today; the same bytes while nothing of it changes."""
    data = sheet_data(row, sheet_extras(row, case, today), household or [])
    return pdf(template("services.casework", "print/sheet.typ"), data, _on(row))


def in_german(code: SheetField, value: str) -> str:
    """A value of a sheet as people read it: codes by name, days as in German letters.

    What is of no known form, such as an answer in words, stays as it is.
    """
    return _WORDS.get(code, _with_days)(value)


def _with_days(value: str) -> str:
    return _DAY.sub(r"\3.\2.\1", value)


def _nationality(key: str) -> str:
    known = nationalities().get(key)
    return f"{known.de} ({key})" if known else key


def _language(code: str) -> str:
    return f"{LANGUAGES[code]} ({code})" if code in LANGUAGES else code


def _title_code(code: str) -> str:
    return TitleCode(code).de if code in set(TitleCode) else code


def _title(value: str) -> str:
    known = _TITLE.fullmatch(value)
    if known is None:
        return _with_days(value)
    code, first, last = known.groups()
    return _with_days(f"{_proof_kind(code)}, {first} bis {last}")


def _proof_kind(code: str) -> str:
    known = set(InterimProofKind)
    return InterimProofKind(code).de if code in known else _title_code(code)


def _finality(value: str) -> str:
    day, _, basis = value.partition(" ")
    return _with_days(f"{day}, {FinalityBasis(basis).de}" if basis in set(FinalityBasis) else value)


def _municipality(key: str) -> str:
    district = districts().get(key[:5])
    return f"{key} ({district.name})" if district else key


_WORDS: Final[dict[SheetField, Callable[[str], str]]] = {
    SheetField.NATIONALITY: _nationality,
    SheetField.LANGUAGE: _language,
    SheetField.PROTECTION_KIND: _title_code,
    SheetField.RESIDENCE_TITLE: _title,
    SheetField.INTERIM_PROOF: _title,
    SheetField.FINALITY: _finality,
    SheetField.ADDRESS_AREA: _municipality,
}


def _on(row: dict[str, Any]) -> date:
    """The day that the document carries: the sheet's own, not that of printing."""
    day: date = row["effective_on"]
    return day


def sheet_data(
    row: dict[str, Any], extras: dict[str, Any], household: Members
) -> dict[str, object]:
    """What the template is given."""
    told = row["fields"] | extras["supplied"] | extras["consented"]
    domain, to_kind = Domain(row["domain"]), kind_of(row["to_agency"])
    named = ("sheet_ref", "case_id", "profile_id", "from_agency", "to_agency", "digest")
    return {
        **{name: row[name] for name in named},
        "domain": domain.value,
        "domain_name": domain.de,
        "by_consent": domain in BY_CONSENT,
        "by_application": domain is Domain.BENEFITS and to_kind in _TAKE_APPLICATIONS,
        "to_youth_office": to_kind is AgencyKind.YOUTH_OFFICE,
        "bring": BRING[domain],
        "effective_on": row["effective_on"].isoformat(),
        "lossfree_on": row["lossfree_on"].isoformat(),
        "last_day": (row["effective_on"] - timedelta(days=1)).isoformat(),
        "from_name": in_words(row["from_agency"]),
        "to_name": in_words(row["to_agency"]),
        "rows": [_row(code, told[code.value], extras) for code in SheetField if code.value in told],
        "since": _since(extras["corrected"] | extras["changed"]),
        "household": [_member(one, domain) for one in household],
        "withheld": [
            {"label": SheetField(code).de, "reason": REASONS[reason]}
            for code, reason in extras["withheld"].items()
        ],
    }


def _since(known: dict[str, str]) -> list[dict[str, str]]:
    """What counts by now of what the sheet told, beside what it was made with and vouches for."""
    return [
        {"label": code.de, "value": in_german(code, known[code.value])}
        for code in SheetField
        if code.value in known
    ]


def _row(code: SheetField, value: str, extras: dict[str, Any]) -> dict[str, str]:
    consented = code.value in extras["consented"]
    basis = "§ 67b Abs. 2 SGB X (Einwilligung)" if consented else extras["bases"].get(code.value)
    shown = in_german(code, value)
    return {"label": code.de, "value": shown, "basis": basis or "Antwort auf Rückfrage"}


def _member(one: dict[str, Any], domain: Domain) -> dict[str, str]:
    """The own dates and receiver of a member; nothing of why they are others."""
    goes_on = "läuft weiter" if domain is Domain.BENEFITS else ""
    end_on, starts_on, agency = one["end_on"], one["next_start_on"], one["to_agency"]
    stays = in_words(one["responsible"]) if one["responsible"] else "noch offen"
    return {
        "born": f"{one['birth_date']:%d.%m.%Y}" if one["birth_date"] else "unbekannt",
        "until": f"{end_on:%d.%m.%Y}" if end_on else goes_on,
        "receiver": in_words(agency) if agency else f"bleibt: {stays}",
        "since": f"{starts_on:%d.%m.%Y}" if starts_on and agency else "",
    }
