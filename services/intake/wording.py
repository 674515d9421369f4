"""What is wrong with a row, in words: English and German, for those who look after the export."""

from typing import Any

from staffel_contracts.codes import Code, RefusalCode
from staffel_contracts.command import Command

_REFERENCE = (
    "1 to 80 of A-Z, a-z, 0-9 and . _ : / - are expected, without spaces",
    "erwartet werden 1 bis 80 Zeichen aus A-Z, a-z, 0-9 und . _ : / - ohne Leerzeichen",
)
_EXPECTED = {
    "file_reference": _REFERENCE,
    "household_ref": _REFERENCE,
    "member_refs": _REFERENCE,
    "nationality": (
        "three digits of the official key are expected, such as 475",
        "erwartet werden drei Ziffern des amtlichen Schlüssels, etwa 475",
    ),
    "language": (
        "a code of ISO 639 is expected, such as ar",
        "erwartet wird ein Kürzel nach ISO 639, etwa ar",
    ),
    "address_area": (
        "eight digits of the official municipality key are expected",
        "erwartet werden acht Ziffern des amtlichen Gemeindeschlüssels",
    ),
    "source_land": (
        "a Land in two capital letters is expected, such as BB",
        "erwartet wird ein Land in zwei Großbuchstaben, etwa BB",
    ),
}
"""What a column takes, where the rule itself would be a regular expression."""


def told(english: str, german: str) -> str:
    """A rule in both languages."""
    return f"{english} / {german}"


_BOUNDS = {
    "greater_than_equal": ("ge", "at least {} is expected", "mindestens {}"),
    "less_than_equal": ("le", "at most {} is expected", "höchstens {}"),
    "string_too_long": ("max_length", "at most {} characters are expected", "höchstens {} Zeichen"),
}
"""Where a rule has a bound: its name, and how it is told."""
_RULES = {
    "missing": told("is missing", "fehlt"),
    "extra_forbidden": told("there is no such column", "diese Spalte gibt es nicht"),
    "date": told("there is no such day", "diesen Tag gibt es nicht"),
    "bool": told("ja, nein, true or false is expected", "ja oder nein wird erwartet"),
}
"""Rules by how their types begin."""
DATE = told("a date is expected: 2026-11-23 or 23.11.2026", "ein Datum wird erwartet")
NUMBER = told("a whole number in digits is expected: 1470", "nur Ziffern, ohne Punkt")
QUOTING = told(
    "broken quoting, or a line break in a cell",
    "Anführungszeichen fehlt, oder Zeilenumbruch in einer Zelle",
)
NUL = told("holds a NUL character", "enthält ein Nullzeichen")
NOT_JSON = told("not JSON, or nested too deeply", "kein JSON, oder zu tief geschachtelt")
NO_OBJECT = told("not a JSON object", "kein JSON-Objekt")
PLAIN_VALUE = told("a plain value is expected", "ein einfacher Wert wird erwartet")
COLUMN_TWICE = told("column {0} stands twice", "die Spalte {0} steht zweimal da")
HEADER_BROKEN = told("the header cannot be read", "die Kopfzeile ist nicht lesbar")
NO_KIND = told(
    "a header with a column kind is expected, with comma or semicolon between columns",
    "erwartet wird eine Kopfzeile mit einer Spalte kind, getrennt durch Komma oder Semikolon",
)
EMPTY = told("empty; a header line is expected", "leer; eine Kopfzeile wird erwartet")
UTF_16 = told("UTF-16; UTF-8 is expected: save it as CSV UTF-8", "als CSV UTF-8 speichern")
WORKBOOK = told(
    "a workbook of a spreadsheet program: save it as CSV UTF-8",
    "eine Arbeitsmappe (Excel, Calc): als CSV UTF-8 speichern",
)
NO_FILE = told(
    "no file but a pipe, which cannot be read twice: save it as a file",
    "keine Datei: erst als Datei speichern",
)
NOT_UTF8 = told(
    "not UTF-8 at byte {} of the line: save it as CSV UTF-8, or add --encoding windows-1252",
    "nicht UTF-8: als CSV UTF-8 speichern, oder --encoding windows-1252 angeben",
)
NOT_ENCODED = told("not {} at byte {} of the line", "falsche Kodierung")
OTHER_DISTRICT = told("another district", "ein anderer Landkreis")
AFTER_TODAY = told("after today", "liegt nach heute")
TWICE = told("stands in line {0} already", "steht schon in Zeile {0}")
SAME_PERSON = told(
    "the same name and birth date stand in line {0} under another file reference",
    "Name und Geburtsdatum stehen schon in Zeile {0} unter anderem Aktenzeichen",
)


def one_of(*words: str) -> str:
    """One of these is expected."""
    listed = ", ".join(words)
    return told(f"one of {listed} is expected", "eines davon wird erwartet")


def cells(found: int, wanted: int) -> str:
    """A row has more or fewer cells than the header."""
    german = f"{found} Zellen; die Kopfzeile hat {wanted}"
    return told(f"{found} cells; the header has {wanted}", german)


def too_long(most: int) -> str:
    """A line is too long."""
    return told(f"longer than {most} bytes", f"länger als {most} Bytes")


def broken(kind: type[Command], column: str, error: Any) -> str:
    """Which rule of a command a cell breaks; never what it holds."""
    what, field = error["type"], kind.model_fields.get(column)
    if what == "enum" and field and isinstance(field.annotation, type):
        return _codes(field.annotation)
    if what in _BOUNDS:
        name, english, german = _BOUNDS[what]
        return told(english.format(error["ctx"][name]), german.format(error["ctx"][name]))
    known = next((text for begins, text in _RULES.items() if what.startswith(begins)), None)
    if known:
        return known
    return told(*_EXPECTED[column]) if column in _EXPECTED else str(error["msg"])


def _codes(list_: type[Any]) -> str:
    named = [f"{one.value} ({one.de})" if isinstance(one, Code) else one.value for one in list_]
    return one_of(*named)


def refused(body: dict[str, Any]) -> str:
    """Why intake refused a row."""
    code, detail = str(body.get("code")), body.get("detail", "")
    german = RefusalCode(code).de if code in set(RefusalCode) else ""
    return f"{code}: {detail} / {german}" if german else f"{code}: {detail}"
