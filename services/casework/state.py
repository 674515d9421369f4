"""What casework knows of a case: its own dates and sheets, and what intake and the bridge said."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.casework.parts import names_of, packed, unpacked
from services.chassis.decider import About, Heard
from staffel_contracts.codes import (
    AgencyKind,
    BridgingInstrument,
    CaseStep,
    HandoffStatus,
    ResponsibilityDomain,
    kind_of,
)
from staffel_contracts.facts import intake
from staffel_contracts.facts import jobcenter_bridge as bridge

UNDECIDED = frozenset(
    {
        HandoffStatus.SUBMITTED,
        HandoffStatus.DELIVERY_FAILED,
        HandoffStatus.DELIVERED,
        HandoffStatus.ACKNOWLEDGED,
        HandoffStatus.INFORMATION_REQUESTED,
        HandoffStatus.SECOND_LOOK,
    }
)
"""The receiver has the handoff and has not decided."""
_BRIDGED_BY_DISTRICT = frozenset({BridgingInstrument.ASYLBENS_CONTINUED})


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
    refused_on: date | None = None
    residence_rule: dict[str, str] = field(default_factory=dict)
    """The residence rule recorded last: level, area_key, until."""
    consents: dict[str, dict[str, str]] = field(default_factory=dict)
    """By reference, until it is revoked: kind, recipient, valid_to."""
    titles: list[dict[str, str]] = field(default_factory=list)
    """Each with code, issued_on, valid_from and valid_to, dates as ISO 8601."""


@dataclass(frozen=True, slots=True)
class HandoffKnown:
    """What the bridge said: who is responsible, and where the current handoff stands."""

    case_id: str
    person_id: str | None = None
    district: str = ""
    responsible: str | None = None
    responsible_since: date | None = None
    handoff_id: str | None = None
    from_agency: str | None = None
    to_agency: str | None = None
    sheet_ref: str | None = None
    forwarded_to: str | None = None
    new_handoff_id: str | None = None
    status: str = HandoffStatus.NONE.value
    resubmittable: bool = False
    reason_code: str | None = None
    """Why it was rejected."""
    next_step: str | None = None
    requested_by: str | None = None
    """An agency that asks for the person."""
    paid_twice: list[dict[str, str]] = field(default_factory=list)
    """Days that two benefits cover: from_on, to_on, instrument."""
    round: int = 0
    items: list[str] = field(default_factory=list)
    """What the receiver asked for last."""
    benefit_start_on: date | None = None
    last_district: str | None = None
    """The district that was responsible last."""
    domains: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The same of each other domain than benefits, as far as anything was said of it."""

    def in_domain(self, domain: str) -> "HandoffKnown":
        """What was said of a domain; whose case it is does not depend on it."""
        kept = {name: getattr(self, name) for name in _OF_CASE}
        return HandoffKnown(**kept, **unpacked(self.domains.get(domain, {})))


_OF_CASE = ("case_id", "person_id", "district", "last_district")
_OF_DOMAIN = names_of(HandoffKnown, *_OF_CASE, "paid_twice", "domains")


@dataclass(frozen=True, slots=True)
class Case:
    """A case as the district works on it."""

    case_id: str
    finality_on: date | None = None
    finality_basis: str | None = None
    end_on: date | None = None
    next_start_on: date | None = None
    last_lossfree_on: date | None = None
    rule_id: str | None = None
    computations: int = 0
    """How often the end was computed or revised."""
    ended_on: date | None = None
    """AsylbLG benefits ended with this day."""
    draft_id: str | None = None
    """The handoff that waits for its sheet."""
    draft_to: str | None = None
    draft_effective_on: date | None = None
    """Set by hand; otherwise the day follows from the computed end."""
    sheet_ref: str | None = None
    sheet_replaces: str | None = None
    """The handoff that the last sheet was composed again for."""
    sheet_handoff: str | None = None
    """The handoff that the last sheet is for."""
    sheet_effective_on: date | None = None
    sheet_by_law: bool = True
    """Whether the last sheet rests on the computed end, not on a day set by hand."""
    claims: dict[str, str] = field(default_factory=dict)
    """Reimbursement by reference: warned, claimed or settled."""
    norms: dict[str, str] = field(default_factory=dict)
    """The paragraph that each of them rests on."""
    supplied: dict[str, str] = field(default_factory=dict)
    """What the district gave by hand, by field code."""
    answered_handoff: str | None = None
    answered_round: int = 0
    courses: dict[str, dict[str, str]] = field(default_factory=dict)
    """By course: enrolled_on and started_on, as ISO 8601."""
    records: dict[str, Any] = field(default_factory=dict)
    """What was only recorded: see ``services.chassis.lifecycle``."""
    retention_due_on: date | None = None
    """The period of the closed case is over since this day, and was said to be."""
    erased_on: date | None = None
    """The person was erased; nothing else is known any more."""
    domains: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is prepared in each other domain than benefits: see ``services.casework.domains``."""
    person: Person | None = None
    handoff: HandoffKnown | None = None
    domain: str = ResponsibilityDomain.BENEFITS.value
    """The domain that looks at the case; kept nowhere."""

    @property
    def about(self) -> About:
        """The case, the person whose key seals, and the district, as the others said."""
        known = self.person if self.person and self.person.person_id else self.handoff
        if known is None:
            return About(None, None, "")
        return About(self.case_id, known.person_id, known.district)

    @property
    def responsible(self) -> str | None:
        """Who is responsible in the domain that looks at the case.

        Whom the bridge named, at first the district that took the person in.
        """
        if self.handoff and self.handoff.responsible:
            return self.handoff.responsible
        return self.person.agency if self.person else None

    @property
    def district(self) -> str | None:
        """The district whose case it is: that of the admission, until another one is responsible.

        A case that went to a jobcenter stays the district's.
        """
        last = self.handoff.last_district if self.handoff else None
        return last or (self.person.agency if self.person else None)

    @property
    def step(self) -> CaseStep:
        """How far the district has come."""
        if self.sheet_ref:
            return CaseStep.SHEET_COMPLETED
        if self.end_on:
            return CaseStep.END_KNOWN
        if self.finality_on:
            return CaseStep.FINAL
        return CaseStep.RECOGNISED if self.person and self.person.served_on else CaseStep.OPEN


def evolve_person(copy: Person, heard: Heard[Any]) -> Person:
    """Keep what intake says about the person."""
    if isinstance(heard.fact, intake.PersonAdmitted):
        return _admitted(copy, heard.fact, heard)
    fold = _PERSON.get(type(heard.fact))
    return fold(copy, heard.fact) if fold else copy


def _opened(copy: Person, fact: intake.CaseOpened) -> Person:
    return replace(copy, opened_on=fact.opened_on)


def _corrected(copy: Person, fact: intake.PersonCorrected) -> Person:
    return replace(copy, **fact.model_dump(exclude={"corrected_on"}, exclude_none=True))


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


def _titled(copy: Person, fact: intake.ResidenceTitleIssued) -> Person:
    title = _title(fact)
    return copy if title in copy.titles else replace(copy, titles=[*copy.titles, title])


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
    )


def _recognised(copy: Person, fact: intake.AsylumRecognised) -> Person:
    return replace(
        copy,
        protection_kind=fact.protection_kind.value,
        decided_on=fact.decided_on,
        served_on=fact.served_on,
        special_period=fact.special_period,
    )


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
}


def evolve_handoff(copy: HandoffKnown, heard: Heard[Any]) -> HandoffKnown:
    """Keep what the bridge says about responsibility and the current handoff."""
    fold = _HANDOFF.get(type(heard.fact))
    if fold is None:
        return copy
    copy = replace(copy, person_id=heard.person, district=heard.district)
    domain = getattr(heard.fact, "domain", ResponsibilityDomain.BENEFITS)
    if domain is ResponsibilityDomain.BENEFITS:
        return fold(copy, heard.fact)
    said = fold(copy.in_domain(domain.value), heard.fact)
    part = packed(said, HandoffKnown(copy.case_id), _OF_DOMAIN)
    return replace(copy, domains=copy.domains | {domain.value: part})


def _handed_over(copy: HandoffKnown, fact: bridge.HandoffSubmission) -> HandoffKnown:
    return _begun(copy, fact, sheet_ref=fact.sheet_ref)


def _handed_back(copy: HandoffKnown, fact: bridge.HandedBackToDistrict) -> HandoffKnown:
    return _begun(copy, fact, sheet_ref=None)


def _begun(copy: HandoffKnown, fact: bridge.HandoffFact, sheet_ref: str | None) -> HandoffKnown:
    return replace(
        copy,
        handoff_id=fact.handoff_id,
        from_agency=fact.from_agency,
        to_agency=fact.to_agency,
        sheet_ref=sheet_ref,
        forwarded_to=None,
        new_handoff_id=None,
        status=HandoffStatus.SUBMITTED.value,
        resubmittable=False,
        next_step=None,
        requested_by=None,
        round=0,
        items=[],
    )


def _requested(copy: HandoffKnown, fact: bridge.HandoffRequested) -> HandoffKnown:
    return replace(copy, requested_by=fact.to_agency)


def _forwarded(copy: HandoffKnown, fact: bridge.HandoffForwarded) -> HandoffKnown:
    return replace(
        copy,
        status=HandoffStatus.FORWARDED.value,
        forwarded_to=fact.forwarded_to,
        new_handoff_id=fact.new_handoff_id,
        resubmittable=True,
    )


def _withdrawn(copy: HandoffKnown, _: bridge.HandoffWithdrawn) -> HandoffKnown:
    return replace(copy, status=HandoffStatus.WITHDRAWN.value, resubmittable=True)


def _annulled(copy: HandoffKnown, _: bridge.HandoffAnnulled) -> HandoffKnown:
    return replace(copy, status=HandoffStatus.ANNULLED.value, resubmittable=True)


def _doubled(copy: HandoffKnown, fact: bridge.CoverageOverlapDetected) -> HandoffKnown:
    return _paid(copy, fact.from_on, fact.to_on, fact.cause_code.value)


def _bridged(copy: HandoffKnown, fact: bridge.BridgingGranted) -> HandoffKnown:
    by_district = fact.instrument in _BRIDGED_BY_DISTRICT
    return _paid(copy, fact.from_on, fact.to_on, fact.instrument) if by_district else copy


def _paid(copy: HandoffKnown, first: date, last: date, instrument: str) -> HandoffKnown:
    days = {"from_on": first.isoformat(), "to_on": last.isoformat(), "instrument": instrument}
    return replace(copy, paid_twice=[*copy.paid_twice, days])


def _asked(copy: HandoffKnown, fact: bridge.HandoffInformationRequested) -> HandoffKnown:
    items = [code.value for code in fact.item_codes]
    status = HandoffStatus.INFORMATION_REQUESTED.value
    return replace(copy, status=status, items=items, round=fact.round)


def _accepted(copy: HandoffKnown, _: bridge.HandoffAccepted) -> HandoffKnown:
    return replace(copy, status=HandoffStatus.ACCEPTED.value)


def _rejected(copy: HandoffKnown, fact: bridge.HandoffRejected) -> HandoffKnown:
    return replace(
        copy,
        status=HandoffStatus.REJECTED.value,
        resubmittable=fact.resubmittable,
        reason_code=fact.reason_code.value,
        next_step=fact.next_step.value if fact.next_step else None,
    )


def _expired(copy: HandoffKnown, _: bridge.HandoffExpired) -> HandoffKnown:
    return replace(copy, status=HandoffStatus.EXPIRED.value, resubmittable=True)


def _moved(copy: HandoffKnown, fact: bridge.ResponsibilityChanged) -> HandoffKnown:
    status = HandoffStatus.IN_EFFECT.value if fact.handoff_id else copy.status
    district = kind_of(fact.to_agency) is AgencyKind.DISTRICT
    return replace(
        copy,
        responsible=fact.to_agency,
        responsible_since=fact.valid_from,
        status=status,
        last_district=fact.to_agency if district else copy.last_district,
    )


def _pays(copy: HandoffKnown, fact: bridge.BenefitStartNotified) -> HandoffKnown:
    return replace(copy, benefit_start_on=fact.starts_on)


def _completed(copy: HandoffKnown, _: bridge.HandoffCompleted) -> HandoffKnown:
    return replace(copy, status=HandoffStatus.COMPLETED.value)


_HANDOFF: dict[type[Any], Callable[[HandoffKnown, Any], HandoffKnown]] = {
    bridge.HandedToJobcenter: _handed_over,
    bridge.HandoffSubmitted: _handed_over,
    bridge.HandedBackToDistrict: _handed_back,
    bridge.HandoffRequested: _requested,
    bridge.HandoffForwarded: _forwarded,
    bridge.HandoffWithdrawn: _withdrawn,
    bridge.HandoffAnnulled: _annulled,
    bridge.CoverageOverlapDetected: _doubled,
    bridge.BridgingGranted: _bridged,
    bridge.HandoffInformationRequested: _asked,
    bridge.HandoffAccepted: _accepted,
    bridge.HandoffRejected: _rejected,
    bridge.HandoffExpired: _expired,
    bridge.ResponsibilityChanged: _moved,
    bridge.BenefitStartNotified: _pays,
    bridge.HandoffCompleted: _completed,
}
