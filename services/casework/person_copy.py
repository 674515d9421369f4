"""What intake said of a case: who the person is, what was decided, which titles were issued."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.chassis.decider import Heard
from services.chassis.replacing import replace
from staffel_contracts.codes import ProtectionKind
from staffel_contracts.facts import intake


@dataclass(frozen=True, slots=True)
class Person:
    """What intake said: who the person is, what was decided, which titles were issued."""

    case_id: str
    person_id: str | None = None
    district: str = ""
    agency: str | None = None
    admitted_on: date | None = None
    opened_on: date | None = None
    given_name: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    nationality: str | None = None
    language: str | None = None
    household_ref: str | None = None
    address_area: str | None = None
    protection_kind: str | None = None
    decided_on: date | None = None
    served_on: date | None = None
    special_period: bool = False
    earlier: list[dict[str, Any]] = field(default_factory=list)
    """Recognitions before the last: protection_kind, decided_on, served_on, special_period."""
    refused_on: date | None = None
    residence_rule: dict[str, str] = field(default_factory=dict)
    """The residence rule recorded last: level, area_key, until."""
    consents: dict[str, dict[str, str]] = field(default_factory=dict)
    """By reference, until it is revoked: kind, recipient, valid_to."""
    titles: list[dict[str, str]] = field(default_factory=list)
    """Each with code, issued_on, valid_from and valid_to, dates as ISO 8601.

    One that ended early has ended_on, its last day, and end_reason as well.
    """
    temporary_on: date | None = None
    """Registered for temporary protection (§ 24 AufenthG), beside whatever became of asylum."""
    proofs: list[dict[str, Any]] = field(default_factory=list)
    """What proves the stay until the title: kind, issued_on, valid_to, biometrics_done."""
    file_reference: str | None = None
    household_at: int | None = None
    """The entry that told last of the own household."""
    household_members: list[str] = field(default_factory=list)
    """Who belonged to it then, by file references; empty where it was only named."""
    households: int = 0
    """To how many the person has belonged, one after the other; back in one counts anew."""
    household_since: datetime | None = None
    """When it was recorded that the person belongs to the last of them."""


def evolve_person(copy: Person, heard: Heard[Any]) -> Person:
    """Keep what intake says about the person."""
    later = _evolve(copy, heard)
    if later.household_ref in {None, copy.household_ref}:
        return later
    return replace(later, households=copy.households + 1, household_since=heard.time)


def _evolve(copy: Person, heard: Heard[Any]) -> Person:
    if isinstance(heard.fact, intake.PersonAdmitted):
        return _admitted(copy, heard.fact, heard)
    if isinstance(heard.fact, intake.HouseholdFormed | intake.HouseholdChanged):
        return _together(copy, heard.fact, heard.index)
    if isinstance(heard.fact, intake.PersonCorrected) and heard.fact.household_ref:
        copy = replace(copy, household_at=heard.index, household_members=[])
    fold = _PERSON.get(type(heard.fact))
    return fold(copy, heard.fact) if fold else copy


def _opened(copy: Person, fact: intake.CaseOpened) -> Person:
    return replace(copy, opened_on=fact.opened_on)


def _corrected(copy: Person, fact: intake.PersonCorrected) -> Person:
    return replace(copy, **fact.model_dump(exclude={"corrected_on"}, exclude_none=True))


def _together(
    copy: Person, fact: intake.HouseholdFormed | intake.HouseholdChanged, index: int
) -> Person:
    """The household that the person belongs to; none where they left the one known."""
    if copy.file_reference in fact.member_refs:
        members = list(fact.member_refs)
        return replace(
            copy,
            household_ref=fact.household_ref,
            household_at=index,
            household_members=members,
        )
    if copy.household_ref != fact.household_ref:
        return copy
    return replace(copy, household_ref=None, household_at=index, household_members=[])


def _refused(copy: Person, fact: intake.AsylumRefused) -> Person:
    return replace(copy, refused_on=fact.served_on)


def _bound(copy: Person, fact: intake.ResidenceRuleRecorded) -> Person:
    rule = {"level": fact.level.value, "area_key": fact.area_key}
    return replace(copy, residence_rule=rule | {"until": fact.until.isoformat()})


def _consented(copy: Person, fact: intake.ConsentGiven) -> Person:
    given = {"kind": fact.consent_kind.value, "recipient": fact.recipient}
    given |= {"valid_to": fact.valid_to.isoformat()}
    return replace(copy, consents=copy.consents | {fact.consent_ref: given})


def _revoked(copy: Person, fact: intake.ConsentRevoked) -> Person:
    left = {ref: one for ref, one in copy.consents.items() if ref != fact.consent_ref}
    return replace(copy, consents=left)


def _temporary(copy: Person, fact: intake.TemporaryProtectionRegistered) -> Person:
    """Temporary protection names the title only where asylum gives none."""
    kind = copy.protection_kind if copy.served_on else ProtectionKind.TEMPORARY_S24.value
    return replace(copy, temporary_on=fact.registered_on, protection_kind=kind)


def _proved(copy: Person, fact: intake.InterimProofIssued) -> Person:
    """A certificate recorded once more is the same one, as it is known now."""
    proof = {
        "kind": fact.proof_kind.value,
        "issued_on": fact.issued_on.isoformat(),
        "valid_to": fact.valid_to.isoformat(),
        "biometrics_done": fact.biometrics_done,
    }
    same = ("kind", "issued_on")
    others = [one for one in copy.proofs if any(one[name] != proof[name] for name in same)]
    return replace(copy, proofs=[*others, proof])


def _titled(copy: Person, fact: intake.ResidenceTitleIssued) -> Person:
    title = _title(fact)
    known = any(title.items() <= one.items() for one in copy.titles)
    return copy if known else replace(copy, titles=[*copy.titles, title])


def _title_ended(copy: Person, fact: intake.ResidenceTitleEnded) -> Person:
    """The title of this code that began last by that day; one that is not known ends nothing."""
    ended_on = fact.ended_on.isoformat()
    begun = [one for one in copy.titles if _is_begun(one, fact.title_code.value, ended_on)]
    if not begun:
        return copy
    last = max(begun, key=lambda title: (title["valid_from"], title["issued_on"]))
    ended = last | {"ended_on": ended_on, "end_reason": fact.reason_code.value}
    return replace(copy, titles=[ended if one is last else one for one in copy.titles])


def _is_begun(title: dict[str, str], code: str, on: str) -> bool:
    return title["code"] == code and title["valid_from"] <= on


def _admitted(copy: Person, fact: intake.PersonAdmitted, heard: Heard[Any]) -> Person:
    return replace(
        copy,
        person_id=heard.person,
        district=heard.district,
        agency=fact.agency,
        admitted_on=fact.admitted_on,
        given_name=fact.given_name,
        family_name=fact.family_name,
        birth_date=fact.birth_date,
        nationality=fact.nationality,
        language=fact.language,
        household_ref=fact.household_ref,
        address_area=fact.address_area,
        file_reference=fact.file_reference,
        household_at=heard.index if fact.household_ref else None,
    )


def _recognised(copy: Person, fact: intake.AsylumRecognised) -> Person:
    """The last decision counts; what an earlier recognition has brought is not undone by it."""
    return replace(
        copy,
        earlier=[*copy.earlier, _last_recognition(copy)] if copy.served_on else copy.earlier,
        refused_on=None,
        protection_kind=fact.protection_kind.value,
        decided_on=fact.decided_on,
        served_on=fact.served_on,
        special_period=fact.special_period,
    )


def _last_recognition(copy: Person) -> dict[str, Any]:
    return {
        "protection_kind": copy.protection_kind,
        "decided_on": copy.decided_on and copy.decided_on.isoformat(),
        "served_on": copy.served_on and copy.served_on.isoformat(),
        "special_period": copy.special_period,
    }


def _title(fact: intake.ResidenceTitleIssued) -> dict[str, str]:
    return {
        "code": fact.title_code.value,
        "issued_on": fact.issued_on.isoformat(),
        "valid_from": fact.valid_from.isoformat(),
        "valid_to": fact.valid_to.isoformat(),
    }


_PERSON: dict[type[Any], Callable[[Person, Any], Person]] = {
    intake.CaseOpened: _opened,
    intake.PersonCorrected: _corrected,
    intake.AsylumRecognised: _recognised,
    intake.AsylumRefused: _refused,
    intake.ConsentGiven: _consented,
    intake.ConsentRevoked: _revoked,
    intake.ResidenceRuleRecorded: _bound,
    intake.ResidenceTitleIssued: _titled,
    intake.ResidenceTitleEnded: _title_ended,
    intake.TemporaryProtectionRegistered: _temporary,
    intake.InterimProofIssued: _proved,
}
