"""Who receives a person: by age and circumstances, by residence rule and address, one or nobody."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.competence import Receiver, receiver
from services.casework.handoff_copy import HandoffKnown
from services.casework.person_copy import Person
from services.casework.state import Case
from services.chassis.agencies import Agencies, Agency, UnreadableDirectory
from services.chassis.decider import NO_AGENCIES
from staffel_contracts.codes import AgencyKind
from tests.support.given import day

ON = day("2025-05-01")
ADULT = Person("c-1", district="12069", agency="district-12069", birth_date=day("1994-05-17"))


def circumstances(**said: bool) -> dict[str, Any]:
    return {"circumstances/": {"last": "circumstances-recorded", "since": None, "said": said}}


def found(person: Person = ADULT, on: date = ON, **case: Any) -> Receiver:
    known = receiver(Case("c-1", person=person, **case), on, NO_AGENCIES)
    assert known is not None
    return known


def rule(level: str, area_key: str, until: str = "2028-03-20") -> dict[str, str]:
    return {"level": level, "area_key": area_key, "until": until}


@pytest.mark.parametrize(
    ("born", "kind", "norm"),
    [
        ("1994-05-17", AgencyKind.JOBCENTER, "§ 7 Abs. 1 SGB II"),
        ("2010-05-01", AgencyKind.JOBCENTER, "§ 7 Abs. 1 SGB II"),
        ("2010-05-02", AgencyKind.JOBCENTER, "§ 7 Abs. 3 Nr. 4 SGB II"),
        ("2024-12-01", AgencyKind.JOBCENTER, "§ 7 Abs. 3 Nr. 4 SGB II"),
        ("1959-02-01", AgencyKind.SOCIAL_ASSISTANCE, "§ 41 SGB XII"),
        ("1959-03-02", AgencyKind.JOBCENTER, "§ 7 Abs. 1 SGB II"),
        ("1945-01-01", AgencyKind.SOCIAL_ASSISTANCE, "§ 41 SGB XII"),
    ],
)
def test_age_decides_which_benefit_it_is(born: str, kind: AgencyKind, norm: str) -> None:
    known = found(replace(ADULT, birth_date=day(born)))

    assert known.kind is kind
    assert known.norm.startswith(norm)
    assert known.agency == f"{kind.value}-12069"


def test_an_unaccompanied_minor_goes_to_the_youth_office_until_eighteen() -> None:
    minor = replace(ADULT, birth_date=day("2008-05-02"))
    alone = circumstances(unaccompanied=True)

    assert found(minor, records=alone).kind is AgencyKind.YOUTH_OFFICE
    assert found(minor, day("2026-05-02"), records=alone).kind is AgencyKind.JOBCENTER


@pytest.mark.parametrize(
    ("circumstance", "norm"),
    [("in_training", "§ 7 Abs. 5 SGB II"), ("other_means", "§ 9 Abs. 1 SGB II")],
)
def test_nobody_takes_over_who_is_excluded_or_not_in_need(circumstance: str, norm: str) -> None:
    known = found(records=circumstances(**{circumstance: True}))

    assert (known.kind, known.agency, known.norm) == (None, None, norm)


@pytest.mark.parametrize("reason", ["not-able-to-work", "over-age"])
def test_after_such_a_rejection_social_assistance_is_competent(reason: str) -> None:
    rejected = HandoffKnown("c-1", status="rejected", reason_code=reason)

    assert found(handoff=rejected).kind is AgencyKind.SOCIAL_ASSISTANCE


@pytest.mark.parametrize(
    ("address", "residence_rule", "area"),
    [
        (None, {}, "12069"),
        ("12069590", {}, "12069"),
        ("12054000", {}, "12054"),
        ("12054000", rule("place", "12069"), "12069"),
        ("12054000", rule("place", "12063080"), "12063"),
        ("12054000", rule("place", "12069", "2025-04-30"), "12054"),
        ("11000000", rule("land", "12"), "12069"),
        ("12054000", rule("land", "12"), "12054"),
        ("12054000", rule("ban", "12054"), "12069"),
        ("12069590", rule("ban", "12054"), "12069"),
    ],
)
def test_local_competence_follows_the_residence_rule_then_the_address(
    address: str | None, residence_rule: dict[str, str], area: str
) -> None:
    person = replace(ADULT, address_area=address, residence_rule=residence_rule)

    assert found(person).area == area


def test_a_residence_rule_that_was_lifted_binds_no_more() -> None:
    person = replace(ADULT, address_area="12054000", residence_rule=rule("place", "12069"))
    lifted: dict[str, Any] = {
        "residence-rule-end/": {"last": "residence-rule-lifted", "since": None, "said": {}}
    }

    assert found(person, records=lifted).area == "12054"


def test_the_directory_names_the_agency_of_the_area_and_day() -> None:
    agencies = Agencies(
        [
            Agency(
                id="jobcenter-12054",
                kind=AgencyKind.JOBCENTER,
                district="12054",
                name="Jobcenter der Region",
                areas=("12054", "12069"),
                valid_from=day("2025-05-01"),
            )
        ]
    )
    case = Case("c-1", person=ADULT)

    now, before = receiver(case, ON, agencies), receiver(case, day("2025-04-30"), agencies)

    assert now is not None
    assert now.agency == "jobcenter-12054"
    assert before is not None
    assert before.agency == "jobcenter-12069"


def agency(name: str, **more: Any) -> Agency:
    known = {"kind": AgencyKind.JOBCENTER, "district": "12069", "name": name}
    return Agency(id=name, **known | more)


def test_two_agencies_cannot_be_competent_for_one_area_at_one_time() -> None:
    with pytest.raises(UnreadableDirectory, match="both competent for 12069"):
        Agencies([agency("jobcenter-12069"), agency("jobcenter-12054", areas=("12069",))])

    Agencies(
        [
            agency("jobcenter-12069", valid_to=day("2025-04-30")),
            agency("jobcenter-12054", areas=("12069",), valid_from=day("2025-05-01")),
        ]
    )


@given(
    born=st.dates(date(1930, 1, 1), date(2025, 4, 30)),
    on=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    said=st.fixed_dictionaries(
        {name: st.booleans() for name in ("in_training", "other_means", "unaccompanied")}
    ),
)
def test_one_agency_or_nobody_receives_and_a_norm_says_why(
    born: date, on: date, said: dict[str, bool]
) -> None:
    known = found(replace(ADULT, birth_date=born), on, records=circumstances(**said))

    assert (known.kind is None) == (known.agency is None)
    assert known.norm.startswith("§")
