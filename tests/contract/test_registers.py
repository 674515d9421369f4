"""The registers hold together: keys, counts that are known, and what followed on what."""

import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from services.chassis.legal_calendar import land_of_district
from staffel_contracts.catalogue import commands, facts
from staffel_contracts.registers import districts, districts_on, in_words, nationalities
from staffel_contracts.samples import command_sample, fact_sample

TODAY = date(2026, 11, 24)
OF_LANDS = {
    "BW": 44, "BY": 96, "BE": 1, "BB": 18, "HB": 2, "HH": 1, "HE": 26, "MV": 8, "NI": 45,
    "NW": 53, "RP": 36, "SL": 6, "SN": 13, "ST": 14, "SH": 15, "TH": 22,
}  # fmt: skip


def test_each_land_has_as_many_districts_as_it_has() -> None:
    assert Counter(found.land for found in districts_on(TODAY).values()) == OF_LANDS


def test_of_four_hundred_districts_a_hundred_and_six_are_cities() -> None:
    kinds = Counter(found.kind for found in districts_on(TODAY).values())

    assert kinds == {"district": 294, "city": 106}


@pytest.mark.parametrize(
    ("day", "number"),
    [("2008-01-01", 429), ("2009-01-01", 413), ("2010-06-01", 412), ("2012-01-01", 402),
     ("2017-01-01", 401), ("2022-01-01", 400)],
)  # fmt: skip
def test_after_each_reform_there_are_as_many_as_were_counted(day: str, number: int) -> None:
    assert len(districts_on(date.fromisoformat(day))) == number


def test_whatever_ended_was_followed_by_what_began_the_next_day_or_was_there() -> None:
    known = districts()

    for found in known.values():
        assert (found.valid_to is None) == (not found.successors), found
        for key in found.successors:
            assert found.valid_to
            assert known[key].is_valid(date.fromordinal(found.valid_to.toordinal() + 1))


@pytest.mark.parametrize("key", sorted(districts()))
def test_the_land_follows_from_the_key(key: str) -> None:
    assert len(key) == 5
    assert districts()[key].land == land_of_district(key)


def test_nationalities_have_official_keys_and_iso_codes_of_their_own() -> None:
    known = nationalities().values()

    for codes in ([one.iso2 for one in known], [one.iso3 for one in known]):
        given = [code for code in codes if code]
        assert len(given) == len(set(given)) > 190
    assert all(len(one.key) == 3 and one.key.isdigit() and one.de and one.en for one in known)


@pytest.mark.parametrize(
    ("key", "iso2", "en"),
    [("475", "SY", "Syria"), ("423", "AF", "Afghanistan"), ("438", "IQ", "Iraq"),
     ("166", "UA", "Ukraine"), ("150", "XK", "Kosovo"), ("997", None, "stateless")],
)  # fmt: skip
def test_those_who_come_most_often_are_there(key: str, iso2: str | None, en: str) -> None:
    assert (nationalities()[key].iso2, nationalities()[key].en) == (iso2, en)


def test_samples_name_districts_and_nationalities_there_are() -> None:
    samples = [command_sample(c, full=True) for c in commands()]
    samples += [fact_sample(f, full=True) for f in facts()]

    assert {s["district"] for s in samples if "district" in s} <= set(districts())
    assert {s["nationality"] for s in samples if "nationality" in s} <= set(nationalities())


def test_importing_the_registers_reads_no_file() -> None:
    script = (
        "import sys, staffel_contracts.registers as r;"
        "sys.exit(r.districts.cache_info().currsize + r.nationalities.cache_info().currsize)"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("agency", "words"),
    [
        ("jobcenter-12069", "Jobcenter Potsdam-Mittelmark"),
        ("district-12069", "Landkreis Potsdam-Mittelmark"),
        ("district-12054", "Stadt Potsdam"),
        ("jobcenter-99999", "Jobcenter (99999)"),
        ("somebody", "somebody"),
    ],
)
def test_an_agency_is_named_as_people_know_it(agency: str, words: str) -> None:
    assert in_words(agency) == words
