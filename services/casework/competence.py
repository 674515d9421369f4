"""Who receives a person: the kind of agency by the law of benefits, the agency by its area.

Computed for each person of a household alone. Officials may name another receiver; what is
computed is what a handoff is drafted for.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from services.casework.law.engine import Computation
from services.casework.law.reading import shipped_rules
from services.casework.person_copy import Person
from services.casework.state import Case
from services.chassis.decider import Directory
from services.chassis.legal_calendar import add_months, land_of_district
from staffel_contracts.codes import AgencyKind, RejectReason, ResidenceRuleLevel

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
    if known.get("unaccompanied") and born and on < add_months(born, _OF_AGE_MONTHS):
        return AgencyKind.YOUTH_OFFICE, "§ 42 SGB VIII"
    if norm := _rejected_for(case):
        return AgencyKind.SOCIAL_ASSISTANCE, norm
    if born and on > _age_limit(born):
        return AgencyKind.SOCIAL_ASSISTANCE, "§ 41 SGB XII, § 7a SGB II"
    for circumstance, excluded_by in _NOBODY.items():
        if known.get(circumstance):
            return None, excluded_by
    child = born is not None and on < _from_age(born)
    return AgencyKind.JOBCENTER, f"§ 7 Abs. {'3 Nr. 4' if child else '1'} SGB II"


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
