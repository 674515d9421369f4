"""The answer to the person as Markdown and as a PDF; in German, with the English names beside."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from services.chassis.legal_calendar import legal_date
from services.chassis.printing import pdf, template
from services.platform.audit.answer import Answer, Held, told
from services.platform.audit.disclosures import THE_PERSON, UNKNOWN, Disclosure
from services.platform.audit.recorded import OPERATOR

TITLE = "Auskunft nach Art. 15 DSGVO, § 83 SGB X"
_DAY = len("2026-05-04")
_WAYS = {
    "feed": "elektronisch zugestellt",
    "sheet": "Übergabebogen, zum Abruf",
    "answers": "Antwort auf Rückfrage",
    "print": "auf Papier",
    "notice": "Hinweis per Mail, ohne Falldaten",
    "letter": "Schreiben an Sie",
}


def as_pdf(answer: Answer) -> bytes:
    """The answer as a PDF/A, the same bytes for the same answer."""
    source = template("services.platform.audit", "print/subject-access.typ")
    return pdf(source, _data(answer), date.fromisoformat(answer.as_of))


def as_markdown(answer: Answer) -> str:
    """The answer as a text that any editor shows."""
    data = _data(answer)
    lines = [f"# {TITLE}", "", *(f"- {name}: {value}" for name, value in data["about"]), ""]
    lines += ["## 1. Welche Angaben gespeichert sind / what is held", ""]
    for one in data["held"]:
        lines += [f"### {one['title']}", "", *(f"- {n}: {v}" for n, v in one["rows"]), ""]
    lines += ["## 2. Wem Angaben offengelegt wurden / disclosures", ""]
    lines += [*_table(("Tag", "Empfänger", "Was", "Angaben", "Grundlage"), data["disclosures"]), ""]
    lines += ["## 3. Wer Einsicht genommen hat / reads of the last six months", ""]
    lines += [*_table(("Tag", "Stelle", "Zweck", "Teile"), data["reads"]), ""]
    lines += ["## 4. Zwecke und Dauer / purposes and retention", ""]
    lines += [*_table(("Dienst", "Zweck", "Grundlagen", "Dauer"), data["purposes"]), ""]
    lines += ["## 5. Woher die Angaben stammen / sources", "", *(f"- {s}" for s in data["sources"])]
    lines += ["", "## 6. Ihre Rechte / your rights", "", *(f"- {one}" for one in data["rights"])]
    return "\n".join([*lines, "", answer.automated, ""])


def _table(head: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    if not rows:
        return ["Keine."]
    cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    ruled = [head, ("---",) * len(head), *cells]
    return [f"| {' | '.join(row)} |" for row in ruled]


def _data(answer: Answer) -> dict[str, Any]:
    return {
        "title": TITLE,
        "about": list(_about(answer)),
        "held": [_entry(one) for one in answer.held],
        "disclosures": [_disclosure(one) for one in answer.disclosures],
        "reads": _distinct(_read(told(one)) for one in answer.reads),
        "purposes": [_purpose(one) for one in answer.purposes],
        "sources": sorted({one.source for one in answer.held}),
        "rights": answer.rights,
        "automated": answer.automated,
    }


def _distinct(rows: Iterable[list[str]]) -> list[list[str]]:
    """One row for what was read at one occasion in several services."""
    return [list(row) for row in dict.fromkeys(map(tuple, rows))]


def _about(answer: Answer) -> Iterator[list[str]]:
    yield ["Stand", _day(answer.as_of)]
    yield ["Aktenzeichen", answer.file_reference or "—"]
    yield ["Fall", ", ".join(answer.cases)]
    yield ["Gespeicherte Einträge", str(len(answer.held))]
    if answer.erased:
        yield ["Gelöschte Einträge", f"{answer.erased} (nur noch Zeitpunkt und Art)"]
    yield ["Empfänger", ", ".join(answer.recipients) or "keine"]


def _entry(one: Held) -> dict[str, Any]:
    since = f"gespeichert am {_day(one.recorded)}"
    rows = [
        ["Bedeutung / meaning", one.meaning],
        ["Quelle", one.source],
        ["Grundlage", one.basis or "—"],
    ]
    rows += [["Aufbewahrung", one.kept], ["Eintrag", f"{one.entry}, {since}"]]
    return {"title": f"{one.what} / {one.what_en}", "rows": [*map(list, one.values), *rows]}


def _disclosure(one: Disclosure) -> list[str]:
    basis = one.basis + (" (mit Einwilligung)" if one.consent else "")
    what = f"{one.what} ({_WAYS[one.way]})"
    return [_day(one.at), _receiver(one.receiver), what, one.labels() or "—", basis or "—"]


def _receiver(receiver: str) -> str:
    person, _, agency = receiver.partition(", by ")
    if person == THE_PERSON:
        return f"Sie, durch {agency}"
    return "—" if receiver == UNKNOWN else receiver


def _read(one: dict[str, Any]) -> list[str]:
    parts = ", ".join(one["parts"]) or "—"
    agency = "Betrieb der Plattform" if one["agency"] == OPERATOR else one["agency"]
    return [_day(one["at"]), agency, one["purpose"] or "—", parts]


def _purpose(one: dict[str, Any]) -> list[str]:
    return [one["service"], one["purpose"], "; ".join(one["bases"]), "; ".join(one["retention"])]


def _day(moment: str) -> str:
    """A day, or the one in Germany on which a moment (UTC) lies."""
    is_day = len(moment) == _DAY
    day = date.fromisoformat(moment) if is_day else legal_date(datetime.fromisoformat(moment))
    return f"{day:%d.%m.%Y}"
