"""The handover sheet as a PDF, for agencies without an interface, and for the person."""

from datetime import date, timedelta
from typing import Any

from services.casework.shown import sheet_extras
from services.casework.state import Case
from services.chassis.printing import pdf, template
from staffel_contracts.codes import SheetField, kind_of

REASONS = {
    "profile": "für diese Stelle nicht vorgesehen",
    "consent": "keine Einwilligung",
    "never": "wird nie übermittelt",
}


def sheet_pdf(row: dict[str, Any], case: Case) -> bytes:
    """The sheet of a row, as it stands now; the same bytes while nothing of it changes."""
    return pdf(template("services.casework", "print/sheet.typ"), _data(row, case), _on(row))


def _on(row: dict[str, Any]) -> date:
    """The day that the document carries: the sheet's own, not that of printing."""
    day: date = row["effective_on"]
    return day


def _data(row: dict[str, Any], case: Case) -> dict[str, object]:
    extras = sheet_extras(row, case)
    told = row["fields"] | extras["supplied"] | extras["consented"]
    named = ("sheet_ref", "case_id", "profile_id", "from_agency", "to_agency", "digest")
    return {
        **{name: row[name] for name in named},
        "effective_on": row["effective_on"].isoformat(),
        "lossfree_on": row["lossfree_on"].isoformat(),
        "last_day": (row["effective_on"] - timedelta(days=1)).isoformat(),
        "from_name": _name(row["from_agency"]),
        "to_name": _name(row["to_agency"]),
        "rows": [_row(code, told[code.value], extras) for code in SheetField if code.value in told],
        "withheld": [
            {"label": SheetField(code).de, "reason": REASONS[reason]}
            for code, reason in extras["withheld"].items()
        ],
    }


def _row(code: SheetField, value: str, extras: dict[str, Any]) -> dict[str, str]:
    consented = code.value in extras["consented"]
    basis = "§ 67b Abs. 2 SGB X (Einwilligung)" if consented else extras["bases"].get(code.value)
    return {"label": code.de, "value": value, "basis": basis or "Antwort auf Rückfrage"}


def _name(agency: str) -> str:
    kind = kind_of(agency)
    area = agency.rpartition("-")[2]
    return f"{kind.de} ({area})" if kind else agency
