"""What the bridge said of a case: who is responsible, and where the current handoff stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.casework.parts import names_of, packed, unpacked
from services.chassis.decider import Heard
from services.chassis.replacing import replace
from staffel_contracts.codes import (
    AgencyKind,
    HandoffStatus,
    ResponsibilityDomain,
    kind_of,
)
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
MOVED = frozenset({HandoffStatus.IN_EFFECT, HandoffStatus.COMPLETED})
"""The receiver is responsible."""


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
    """Days that two benefits cover: from_on, to_on, instrument, and known_on, when it was found
    that another agency owes them."""
    round: int = 0
    items: list[str] = field(default_factory=list)
    """What the receiver asked for last."""
    benefit_start_on: date | None = None
    last_district: str | None = None
    """The district that was responsible last."""
    standing: dict[str, Any] = field(default_factory=dict)
    """What was accepted and is handed back before its day; it stands until then."""
    domains: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The same of each other domain than benefits, as far as anything was said of it."""

    @property
    def is_standing(self) -> bool:
        """Whether what was accepted is to take effect, although it is being handed back."""
        return bool(self.standing)

    def in_domain(self, domain: str) -> "HandoffKnown":
        """What was said of a domain; whose case it is does not depend on it."""
        kept = {name: getattr(self, name) for name in _OF_CASE}
        return HandoffKnown(**kept, **unpacked(self.domains.get(domain, {})))


_OF_CASE = ("case_id", "person_id", "district", "last_district")
_OF_DOMAIN = names_of(HandoffKnown, *_OF_CASE, "paid_twice", "domains")
_OF_HANDOFF = (
    "handoff_id", "from_agency", "to_agency", "sheet_ref", "forwarded_to", "new_handoff_id",
    "status", "resubmittable", "reason_code", "next_step", "requested_by", "round", "items",
)  # fmt: skip
_ENDED = frozenset(
    {
        HandoffStatus.REJECTED,
        HandoffStatus.EXPIRED,
        HandoffStatus.WITHDRAWN,
        HandoffStatus.ANNULLED,
    }
)
"""Who was handed back is not: on its day, what had been accepted before takes effect again."""


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
    return replace(_begun(copy, fact, sheet_ref=fact.sheet_ref), standing={})


def _handed_back(copy: HandoffKnown, fact: bridge.HandedBackToDistrict) -> HandoffKnown:
    """What was accepted before that, and has not taken effect, stands until its day."""
    if not copy.is_standing and copy.status == HandoffStatus.ACCEPTED:
        copy = replace(copy, standing={name: getattr(copy, name) for name in _OF_HANDOFF})
    return _begun(copy, fact, sheet_ref=None)


def _reversed(copy: HandoffKnown, _: bridge.HandoffReversed) -> HandoffKnown:
    return replace(copy, status=HandoffStatus.REVERSED.value, resubmittable=False, standing={})


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
    known = {"known_on": fact.detected_on.isoformat()}
    return _paid(copy, fact.from_on, fact.to_on, fact.cause_code.value, known)


def _bridged(copy: HandoffKnown, fact: bridge.BridgingGranted) -> HandoffKnown:
    by_district = kind_of(fact.agency) is AgencyKind.DISTRICT
    return _paid(copy, fact.from_on, fact.to_on, fact.instrument, {}) if by_district else copy


def _paid(
    copy: HandoffKnown, first: date, last: date, instrument: str, known: dict[str, str]
) -> HandoffKnown:
    days = {"from_on": first.isoformat(), "to_on": last.isoformat(), "instrument": instrument}
    return replace(copy, paid_twice=[*copy.paid_twice, days | known])


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
    if copy.is_standing and fact.handoff_id == copy.standing["handoff_id"]:
        over = HandoffStatus(copy.status) in _ENDED
        before: dict[str, Any] = copy.standing if over else {}
        copy = replace(copy, **before | {"standing": {}})
    moves = fact.handoff_id is not None and fact.handoff_id == copy.handoff_id
    status = HandoffStatus.IN_EFFECT.value if moves else copy.status
    district = kind_of(fact.to_agency) is AgencyKind.DISTRICT
    return replace(
        copy,
        responsible=fact.to_agency,
        responsible_since=fact.valid_from,
        status=status,
        last_district=fact.to_agency if district else copy.last_district,
    )


def _pays(copy: HandoffKnown, fact: bridge.BenefitStartNotified) -> HandoffKnown:
    """Whoever pays goes on with what it took over, although it had begun to hand it back."""
    copy = replace(copy, benefit_start_on=fact.starts_on)
    if fact.handoff_id == copy.handoff_id:
        return copy
    return replace(
        copy,
        handoff_id=fact.handoff_id,
        from_agency=fact.from_agency,
        to_agency=fact.to_agency,
        status=HandoffStatus.IN_EFFECT.value,
        resubmittable=False,
        reason_code=None,
        next_step=None,
    )


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
    bridge.HandoffReversed: _reversed,
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
