"""Who receives a person: the kind of agency by the law of benefits, the agency by its area.

Computed for each person of a household alone, but for small children, who follow a member that is
entitled to SGB II. Officials may name another receiver; what is computed is what a handoff is
drafted for.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from services.casework.benefits import becomes_final_on
from services.casework.law.engine import Computation
from services.casework.law.reading import shipped_rules
from services.casework.person_copy import Person
from services.casework.state import Case
from services.chassis.decider import Directory
from services.chassis.legal_calendar import land_of_district, last_day_of_months
from staffel_contracts.codes import AgencyKind, RejectReason, ResidenceRuleLevel, kind_of

_DAY = timedelta(days=1)
_OF_AGE_MONTHS = 18 * 12
_ELSEWHERE = {
    RejectReason.NOT_ABLE_TO_WORK.value: "§ 19 Abs. 1 SGB XII",
    RejectReason.OVER_AGE.value: "§ 41 SGB XII",
}
"""After these rejections of a jobcenter social assistance is competent."""


_NOBODY = {"in_training": "§ 7 Abs. 5 SGB II", "other_means": "§ 9 Abs. 1 SGB II"}
"""Circumstances in which nobody takes over."""


class Receiver(NamedTuple):
    """Who takes over, by which norm; ``kind`` is ``None`` where nobody does, and ``norm`` why."""

    kind: AgencyKind | None
    agency: str | None
    area: str
    norm: str


def receiver(case: Case, on: date, directory: Directory) -> Receiver | None:
    """Who takes over on a day; ``None`` while nothing is known of the person."""
    if case.person is None or not case.person.district:
        return None
    kind, norm = _kind(case, case.person, on)
    area, local = _area(case, case.person, on)
    if kind is None:
        return Receiver(None, None, area, norm)
    agency = directory.competent(kind.value, area, on) or f"{kind.value}-{area}"
    return Receiver(kind, agency, area, f"{norm}; {local}")


def _kind(case: Case, person: Person, on: date) -> tuple[AgencyKind | None, str]:
    known, born = _circumstances(case), person.birth_date
    if known.get("unaccompanied") and born and on <= last_day_of_months(born, _OF_AGE_MONTHS):
        return AgencyKind.YOUTH_OFFICE, "§ 42 SGB VIII"
    if norm := _rejected_for(case):
        return AgencyKind.SOCIAL_ASSISTANCE, norm
    if born and on > _age_limit(born):
        return AgencyKind.SOCIAL_ASSISTANCE, "§ 41 SGB XII, § 7a SGB II"
    for circumstance, excluded_by in _NOBODY.items():
        if known.get(circumstance):
            return None, excluded_by
    if born and on < _from_age(born):
        return _of_a_child(case, on)
    return AgencyKind.JOBCENTER, "§ 7 Abs. 1 SGB II"


def _of_a_child(case: Case, on: date) -> tuple[AgencyKind, str]:
    if is_alone(case, on):
        return AgencyKind.SOCIAL_ASSISTANCE, "§ 7 Abs. 3 SGB II, §§ 19 Abs. 1, 27 SGB XII"
    return AgencyKind.JOBCENTER, "§ 7 Abs. 3 Nr. 4 SGB II"


def is_alone(case: Case, on: date) -> bool:
    """Whether nobody beside a child too young for SGB II is entitled to it, as far as is known.

    Children get SGB II through a member of their household who is able to work. It does not matter
    that this one is in training: only the own benefits are excluded then.
    """
    person = case.person
    if person is None or person.birth_date is None or on >= _from_age(person.birth_date):
        return False
    return case.others is not None and not any(_is_entitled(one, on) for one in case.others)


def _is_entitled(case: Case, on: date) -> bool:
    """Whether a member is of the age for SGB II and goes to the jobcenter by a day, or is there."""
    person = case.person
    if person is None or person.birth_date is None or not _is_of_age(person.birth_date, on):
        return False
    if kind_of(case.responsible or "") is AgencyKind.JOBCENTER:
        return True
    if _rejected_for(case) or _circumstances(case).get("other_means"):
        return False
    final_on = becomes_final_on(case)
    starts_on = case.next_start_on or (final_on and final_on + _DAY)
    return starts_on is not None and starts_on <= on


def _is_of_age(born: date, on: date) -> bool:
    return _from_age(born) <= on <= _age_limit(born)


def may_be_too_young(person: Person) -> bool:
    """Whether a person was too young for SGB II when the district took them in."""
    born, since = person.birth_date, person.admitted_on
    return born is not None and since is not None and since < _from_age(born)


def _rejected_for(case: Case) -> str | None:
    return _ELSEWHERE.get(case.handoff.reason_code or "") if case.handoff else None


def _circumstances(case: Case) -> Mapping[str, Any]:
    record: Mapping[str, Any] = case.records.get("circumstances/", {})
    said: Mapping[str, Any] = record.get("said", {})
    return said


def _area(case: Case, person: Person, on: date) -> tuple[str, str]:
    """The residence rule comes first, then the address, then the district of the admission."""
    bound = _bound_to(case, person, on)
    if bound and bound["level"] == ResidenceRuleLevel.PLACE:
        return bound["area_key"][:5], "§ 36 Abs. 2 SGB II"
    address = (person.address_area or person.district)[:5]
    if bound and not _allows(bound, address):
        return person.district, "§ 36 Abs. 2 SGB II"
    return address, "§ 36 Abs. 1 SGB II"


def _allows(rule: Mapping[str, str], area: str) -> bool:
    if rule["level"] == ResidenceRuleLevel.BAN:
        return not area.startswith(rule["area_key"][:5])
    return land_of_district(area) == rule["area_key"][:2] or area[:2] == rule["area_key"][:2]


def _bound_to(case: Case, person: Person, on: date) -> Mapping[str, str] | None:
    """The residence rule that binds on a day: recorded, not run out, not lifted or lapsed."""
    rule = person.residence_rule
    ended = "residence-rule-end/" in case.records
    if not rule or ended or date.fromisoformat(rule["until"]) < on:
        return None
    return rule


@lru_cache(maxsize=4096)
def _age_limit(born: date) -> date:
    return _of_age(born, "sgb2_age_limit_on")


@lru_cache(maxsize=4096)
def _from_age(born: date) -> date:
    return _of_age(born, "sgb2_from_age_on")


def _of_age(born: date, name: str) -> date:
    found = Computation(shipped_rules(), {"birth_date": born}, "BB").find(name)
    return found.date if found else date.max
