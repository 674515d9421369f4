"""What is shown beside a sheet: why each field is told, what consent adds, what is withheld."""

from datetime import date
from typing import Any

from services.casework.profiles import Profile, ProfileField, profile_for
from services.casework.sheet import identity, right_to_stay
from services.casework.state import Case
from staffel_contracts.codes import (
    AgencyKind,
    HandoffStatus,
    ResponsibilityDomain,
    SheetField,
    kind_of,
)

TAKEN_BACK = (HandoffStatus.WITHDRAWN, HandoffStatus.ANNULLED)
"""After these the receiver sees nothing of the sheet any more."""


def sheet_extras(row: dict[str, Any], case: Case, today: date) -> dict[str, Any]:
    """Bases, answers, what a consent lets be told, and what is withheld, for a sheet's row.

    ``case`` is the case as the domain of the sheet sees it.

    A consent counts on ``today`` if it was not revoked and has not run out (§ 67b Abs. 2 SGB X).
    """
    profile = _profile(row)
    known = case.supplied if case.sheet_ref == row["sheet_ref"] else {}
    answers = dict(known.items() - row["fields"].items())
    by_code = {code.value: field for code, field in profile.by_code.items()}
    consented = {
        code: value
        for code, value in answers.items()
        if code in by_code and _consent(by_code[code], case, row["to_agency"], today)
    }
    told = {code for code in answers if code in {one.value for one in profile.codes}}
    return {
        "bases": {code: by_code[code].basis for code in row["fields"] if code in by_code},
        "supplied": {code: answers[code] for code in sorted(told)},
        "corrected": _otherwise(row, identity(case.person)),
        "changed": _otherwise(row, right_to_stay(case.person)),
        "consented": {code: consented[code] for code in sorted(consented)},
        "withheld": _withheld(row, answers, told | consented.keys(), by_code),
    }


def _otherwise(row: dict[str, Any], known: dict[SheetField, str]) -> dict[str, str]:
    """What the sheet told and is not so any more, as it is known now; nothing that it did not tell.

    What was found wrong of who the person is; which title has ended, or has taken its place.
    """
    told: dict[str, str] = row["fields"]
    return {c.value: v for c, v in known.items() if told.get(c.value, v) != v}


def _withheld(
    row: dict[str, Any], answers: dict[str, str], told: set[str], by_code: dict[str, ProfileField]
) -> dict[str, str]:
    """Each field that is known and not told, with the reason."""
    known = {*row["withheld_codes"], *answers} - told - row["fields"].keys()
    return {code: _reason(by_code.get(code)) for code in sorted(known)}


def _reason(field: ProfileField | None) -> str:
    if field is None:
        return "profile"
    return "consent" if field.kind == "B" else "never"


def _consent(field: ProfileField, case: Case, receiver: str, today: date) -> bool:
    given = case.person.consents.values() if case.person else ()
    return field.consent is not None and any(
        (one["kind"], one["recipient"]) == (field.consent, receiver)
        and date.fromisoformat(one["valid_to"]) >= today
        for one in given
    )


def _profile(row: dict[str, Any]) -> Profile:
    kind = kind_of(row["to_agency"]) or AgencyKind.JOBCENTER
    return profile_for(kind, ResponsibilityDomain(row["domain"]))


def labels(codes: list[str]) -> dict[str, str]:
    """The German names of fields."""
    return {code: SheetField(code).de for code in codes}
