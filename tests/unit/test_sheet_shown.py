"""What of a sheet is told: on a basis or with a consent that stands, and what never is."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from services.casework.person_copy import Person
from services.casework.printing import in_german, sheet_data, sheet_pdf
from services.casework.profiles import UnreadableProfile, profile_for, read_profile
from services.casework.sheet import check_may_leave
from services.casework.shown import sheet_extras
from services.casework.state import Case
from services.chassis.decider import Refused
from services.chassis.printing import template
from staffel_contracts.codes import AgencyKind, ConsentKind, RefusalCode, SheetField
from staffel_contracts.codes import ResponsibilityDomain as Domain
from staffel_contracts.command import TAKES_OVER
from staffel_contracts.domains import BY_CONSENT
from staffel_contracts.sheet import NEVER_LEAVES

RECEIVER = "jobcenter-12069"
ROW: dict[str, Any] = {
    "sheet_ref": "s-1",
    "case_id": "c-1",
    "profile_id": "district-to-jobcenter/1",
    "from_agency": "district-12069",
    "to_agency": RECEIVER,
    "effective_on": date(2025, 5, 1),
    "lossfree_on": date(2025, 5, 31),
    "digest": "ab" * 32,
    "fields": {"given-name": "Samira", "birth-date": "1994-05-17"},
    "withheld_codes": [],
    "replaces_handoff": None,
    "domain": "benefits",
}
CHILDCARE = {"childcare-need": "20 Stunden"}
TODAY = date(2025, 4, 4)


def case(supplied: dict[str, str], *consents: tuple[str, str]) -> Case:
    given_ = {
        f"consent-{n}": {"kind": kind, "recipient": who, "valid_to": "2030-01-01"}
        for n, (kind, who) in enumerate(consents)
    }
    return Case("c-1", sheet_ref="s-1", supplied=supplied, person=Person("c-1", consents=given_))


@pytest.mark.parametrize("kind", sorted(TAKES_OVER))
def test_every_receiver_has_a_profile_and_nothing_of_class_c_leaves_in_it(kind: AgencyKind) -> None:
    profile = profile_for(kind)

    assert profile.mandatory <= profile.codes
    assert not profile.codes & NEVER_LEAVES
    assert all(field.basis for field in profile.fields)


def test_what_takes_a_consent_is_told_while_it_stands() -> None:
    consented = case(CHILDCARE, (ConsentKind.CARE_DUTIES, RECEIVER))
    assert consented.person is not None
    revoked = replace(consented, person=replace(consented.person, consents={}))

    assert sheet_extras(ROW, consented, TODAY)["consented"] == CHILDCARE
    assert sheet_extras(ROW, revoked, TODAY)["consented"] == {}
    assert sheet_extras(ROW, revoked, TODAY)["withheld"] == {"childcare-need": "consent"}


def test_a_consent_tells_nothing_from_the_day_after_its_last_on() -> None:
    consented = case(CHILDCARE, (ConsentKind.CARE_DUTIES, RECEIVER))

    assert sheet_extras(ROW, consented, date(2030, 1, 1))["consented"] == CHILDCARE
    assert sheet_extras(ROW, consented, date(2030, 1, 2))["consented"] == {}
    assert sheet_extras(ROW, consented, date(2030, 1, 2))["withheld"] == {
        "childcare-need": "consent"
    }


def test_a_consent_for_another_agency_tells_nothing_to_this_one() -> None:
    shown = sheet_extras(ROW, case(CHILDCARE, (ConsentKind.CARE_DUTIES, "jobcenter-12054")), TODAY)

    assert shown["consented"] == {}


@pytest.mark.parametrize("code", sorted(NEVER_LEAVES))
def test_what_nobody_needs_is_not_taken_in(code: SheetField) -> None:
    with pytest.raises(Refused) as refused:
        check_may_leave([code])

    assert refused.value.code is RefusalCode.FIELD_NEVER_LEAVES
    assert refused.value.field == f"fields.{code.value}"


TITLE = {"code": "s25-2", "issued_on": "2025-03-28", "valid_from": "2025-03-28"}
ENDS = TITLE | {"valid_to": "2028-03-27", "ended_on": "2025-06-30", "end_reason": "revoked"}
LATER = {"code": "s25-3", "issued_on": "2025-09-01", "valid_from": "2025-09-01"}
SHOWN = "s25-2 2025-03-28/2028-03-27"


@pytest.mark.parametrize(
    ("titles", "changed"),
    [
        ([TITLE | {"valid_to": "2028-03-27"}], {}),
        ([ENDS], {"residence-title": "s25-2 2025-03-28/2025-06-30"}),
        (
            [ENDS, LATER | {"valid_to": "2026-08-31"}],
            {"residence-title": "s25-3 2025-09-01/2026-08-31"},
        ),
    ],
)
def test_who_reads_a_sheet_sees_which_title_counts_by_now_and_not_why(
    titles: list[dict[str, str]], changed: dict[str, str]
) -> None:
    known = Case("c-1", sheet_ref="s-1", person=Person("c-1", titles=titles))
    row = ROW | {"fields": ROW["fields"] | {"residence-title": SHOWN}}

    shown = sheet_extras(row, known, TODAY)

    assert shown["changed"] == changed
    assert "revoked" not in repr(shown)
    assert sheet_extras(ROW, known, TODAY)["changed"] == {}


@given(
    supplied=st.dictionaries(st.sampled_from([code.value for code in SheetField]), st.just("x")),
    consents=st.lists(
        st.tuples(st.sampled_from(ConsentKind), st.sampled_from([RECEIVER, "jobcenter-12054"]))
    ),
    kind=st.sampled_from(sorted(TAKES_OVER)),
)
def test_no_field_is_told_without_a_profile_and_a_basis_or_a_consent(
    supplied: dict[str, str], consents: list[tuple[str, str]], kind: AgencyKind
) -> None:
    row = ROW | {"to_agency": f"{kind.value}-12069"}
    shown = sheet_extras(row, case(supplied, *consents), TODAY)
    by_code = profile_for(kind).by_code
    stand = {one for one, who in consents if who == row["to_agency"]}

    for code in shown["supplied"]:
        assert by_code[SheetField(code)].kind in ("A", "A*")
    for code in shown["consented"]:
        assert by_code[SheetField(code)].kind == "B"
        assert by_code[SheetField(code)].consent in stand
    told = shown["supplied"].keys() | shown["consented"].keys()
    assert shown["withheld"].keys() == supplied.keys() - told - row["fields"].keys()


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('{ code = "names", class = "A", basis = "§ 1 X" }', "fields.0.code"),
        ('{ code = "given-name", class = "B", basis = "§ 1 X" }', "consent"),
        ('{ code = "given-name", class = "A" }', "fields.0.basis"),
        ('{ code = "given-name", class = "A", basis = "§ 1 X", why = 1 }', "fields.0.why"),
    ],
)
def test_a_profile_that_is_wrong_names_its_place(line: str, place: str) -> None:
    text = f'profile_id = "x/1"\nretention = "case-file"\nfields = [{line}]\n'

    with pytest.raises(UnreadableProfile, match=r"x\.toml") as error:
        read_profile("x.toml", text.encode())

    assert place in str(error.value)


def test_the_printed_sheet_is_the_same_in_every_process_and_holds_nothing_withheld() -> None:
    known = case(CHILDCARE | {"health-fund": "AOK Nordost"})
    here = sheet_pdf(ROW, known, TODAY)
    program = (
        "from tests.unit.test_sheet_shown import *\n"
        "known = case(CHILDCARE | {'health-fund': 'AOK Nordost'})\n"
        "print(sha256(sheet_pdf(ROW, known, TODAY)).hexdigest())"
    )

    there = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert there.stdout.strip() == sha256(here).hexdigest()
    assert b"pdfaid" in here
    assert b"pdfuaid" in here
    assert here != sheet_pdf(ROW, case(CHILDCARE, (ConsentKind.CARE_DUTIES, RECEIVER)), TODAY)


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        (SheetField.NATIONALITY, "475", "Arabische Republik Syrien (475)"),
        (SheetField.NATIONALITY, "unbekannt", "unbekannt"),
        (SheetField.LANGUAGE, "ti", "Tigrinya (ti)"),
        (SheetField.LANGUAGE, "xx", "xx"),
        (SheetField.PROTECTION_KIND, "s25-2", "Aufenthaltserlaubnis nach § 25 Abs. 2 AufenthG"),
        (
            SheetField.RESIDENCE_TITLE,
            "s24 2025-03-20/2027-03-04",
            "Aufenthaltserlaubnis nach § 24 AufenthG, 20.03.2025 bis 04.03.2027",
        ),
        (SheetField.FINALITY, "2025-04-04 no-action-filed", "04.04.2025, Klagefrist abgelaufen"),
        (SheetField.BIRTH_DATE, "1994-05-17", "17.05.1994"),
        (SheetField.ADDRESS_AREA, "12069304", "12069304 (Potsdam-Mittelmark)"),
        (SheetField.ADDRESS_AREA, "99999999", "99999999"),
        (
            SheetField.TENANCY,
            "Zimmer seit 2025-01-07, 242,00 EUR",
            "Zimmer seit 07.01.2025, 242,00 EUR",
        ),
    ],
)
def test_a_value_is_printed_as_people_read_it(code: SheetField, value: str, shown: str) -> None:
    assert in_german(code, value) == shown


def read_aloud(folder: Path, domain: Domain, to_agency: str = "jobcenter-12054") -> str:
    """The headings and lists of a printed sheet, with the page for the person."""
    row = ROW | {"domain": domain.value, "to_agency": to_agency}
    source = template("services.casework", "print/sheet.typ").read_bytes()
    (folder / "main.typ").write_bytes(source)
    data = sheet_data(row, sheet_extras(row, case({}), TODAY), [])
    (folder / "data.json").write_bytes(to_json(data))
    parts = (typst.query(folder / "main.typ", what) for what in ("heading", "list", "par"))
    return " ".join(str(part) for part in parts)


def test_the_page_for_the_person_speaks_of_money_only_where_benefits_pass(tmp_path: Path) -> None:
    pages = {domain: read_aloud(tmp_path, domain) for domain in Domain}

    for domain, page in pages.items():
        about_money = domain is Domain.BENEFITS
        assert ("Stellen Sie dort einen Antrag" in page) is about_money
        assert ("Wenn das Geld nicht rechtzeitig kommt" in page) is about_money
        assert ("Alles andere bleibt, wie es ist" in page) is not about_money
        assert ("jederzeit" in page) is (domain in BY_CONSENT)
    assert "Krankenkasse" in pages[Domain.HEALTH_COVER]
    assert "Krankenkasse" not in pages[Domain.ACCOMMODATION]


@pytest.mark.parametrize(
    ("to_agency", "application", "money"),
    [
        ("jobcenter-12054", True, True),
        ("social-assistance-12054", True, True),
        ("district-12054", False, True),
        ("youth-office-12054", False, False),
    ],
)
def test_the_page_says_what_the_new_agency_expects_of_the_person(
    tmp_path: Path,
    to_agency: str,
    application: bool,  # noqa: FBT001 - a column of the table above
    money: bool,  # noqa: FBT001
) -> None:
    page = read_aloud(tmp_path, Domain.BENEFITS, to_agency)

    assert ("Stellen Sie dort einen Antrag" in page) is application
    assert ("Sie müssen dort nichts beantragen" in page) is not application
    assert ("bekommen bald Geld" in page) is money
    assert ("sorgt das Jugendamt für Sie" in page) is not money
    assert ("Vorschuss" in page) is application
    assert ("Wenn das Geld nicht rechtzeitig kommt" in page) is money


@pytest.mark.parametrize(
    ("name", "font"),
    [("ሳሚራ", b"NotoSansEthiopic"), ("سميرة", b"NotoSansArabic"), ("ডেমো", b"NotoSansBengali")],
)
def test_a_name_is_printed_in_its_own_script(name: str, font: bytes) -> None:
    assert font in sheet_pdf(ROW, case({"other-names": name}), TODAY)


def test_what_has_no_space_in_it_stays_in_its_column(tmp_path: Path) -> None:
    words = {code.value: "Wort " * 60 for code in SheetField}
    without = dict.fromkeys(words, "Wort" * 75)

    assert pages(tmp_path, without) == pages(tmp_path, words) > pages(tmp_path, {})


def pages(folder: Path, supplied: dict[str, str]) -> int:
    """On how many pages a sheet with these answers is printed."""
    (folder / "main.typ").write_bytes(template("services.casework", "print/sheet.typ").read_bytes())
    data = sheet_data(ROW, sheet_extras(ROW, case(supplied), TODAY), [])
    (folder / "data.json").write_bytes(to_json(data))
    return len(typst.compile(folder / "main.typ", format="svg"))


@pytest.mark.parametrize(
    "name", ["王小明", "ሳሚራ", "سميرة", "Самира", "ডেমো", "👨‍👩‍👧 😀", "\u200fx"]
)
def test_a_sheet_with_a_name_in_any_script_is_printed_the_same_each_time(name: str) -> None:
    known = case({"other-names": name})

    once, again = (sheet_pdf(ROW, known, TODAY) for _ in range(2))

    assert once == again
    assert once != sheet_pdf(ROW, case({}), TODAY)


def test_a_printed_sheet_says_what_was_corrected_or_has_changed_since(tmp_path: Path) -> None:
    person = Person("c-1", given_name="Samirah", birth_date=date(1994, 5, 17), titles=[ENDS])
    row = ROW | {"fields": ROW["fields"] | {"residence-title": SHOWN}}
    known = Case("c-1", sheet_ref="s-1", person=person)

    data = sheet_data(row, sheet_extras(row, known, TODAY), [])

    assert data["since"] == [
        {"label": SheetField.GIVEN_NAME.de, "value": "Samirah"},
        {
            "label": SheetField.RESIDENCE_TITLE.de,
            "value": "Aufenthaltserlaubnis nach § 25 Abs. 2 AufenthG, 28.03.2025 bis 30.06.2025",
        },
    ]
    printed = headings(tmp_path, data)
    assert "Seit der Ausstellung berichtigt oder geändert" in printed
    assert "Seit der Ausstellung" not in headings(tmp_path, data | {"since": []})


def headings(folder: Path, data: dict[str, object]) -> str:
    source = template("services.casework", "print/sheet.typ").read_bytes()
    (folder / "main.typ").write_bytes(source)
    (folder / "data.json").write_bytes(to_json(data))
    return str(typst.query(folder / "main.typ", "heading"))
