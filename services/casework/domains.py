"""A case as one domain of responsibility sees it: its own draft, sheet, answers and handoff.

Rules about a handoff are written once, for the fields that a case has for benefits. For another
domain they are given the case with that domain's fields in their place, and what follows from it
is put back there.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from services.casework.handoff_copy import HandoffKnown
from services.casework.parts import packed, unpacked
from services.casework.state import Case
from services.chassis.replacing import replace
from staffel_contracts.codes import ResponsibilityDomain
from staffel_contracts.domains import BY_CONSENT

BENEFITS = ResponsibilityDomain.BENEFITS.value
_PREPARED = (
    "draft_id", "draft_to", "draft_effective_on", "sheet_ref", "sheet_replaces", "sheet_handoff",
    "sheet_effective_on", "sheet_by_law", "supplied", "answered_handoff", "answered_round",
)  # fmt: skip
"""What a case has of its own in each domain."""


def in_domain(case: Case, domain: str) -> Case:
    """The case as a domain sees it."""
    if domain == case.domain:
        return case
    assert case.domain == BENEFITS, "a case is looked at from the domain of benefits"  # noqa: S101
    fresh = Case(case.case_id)
    values = {name: getattr(fresh, name) for name in _PREPARED}
    values |= unpacked(case.domains.get(domain, {}))
    known = case.handoff or HandoffKnown(case.case_id)
    return replace(case, domain=domain, handoff=known.in_domain(domain), **values)


def put_back(case: Case, seen: Case) -> Case:
    """The case with what has become of it in a domain."""
    if seen.domain == BENEFITS:
        return seen
    part = packed(seen, Case(case.case_id), _PREPARED)
    return replace(case, domains=case.domains | {seen.domain: part})


def everywhere(case: Case) -> Iterator[Case]:
    """The case as each domain sees it in which anything was prepared or handed over."""
    yield case
    known = case.handoff.domains if case.handoff else {}
    for domain in sorted({*case.domains, *known}):
        yield in_domain(case, domain)


def of_handoff(case: Case, handoff_id: str) -> Case:
    """The case as the domain sees it whose current handoff this is; else as benefits do."""
    found = (one for one in everywhere(case) if one.handoff and _is(one.handoff, handoff_id))
    return next(found, case)


def _is(handoff: HandoffKnown, handoff_id: str) -> bool:
    return handoff.handoff_id == handoff_id


def of_sheet(case: Case, sheet_ref: str) -> Case:
    """The case as the domain sees it whose last sheet this is; else as benefits do."""
    return next((one for one in everywhere(case) if one.sheet_ref == sheet_ref), case)


def consented(case: Case, receiver: str | None, today: date) -> bool:
    """Whether the person lets a domain pass to a receiver that passes by consent only."""
    given = case.person.consents.values() if case.person else ()
    return consented_to(ResponsibilityDomain(case.domain), receiver, given, today)


def consented_to(
    domain: ResponsibilityDomain,
    receiver: str | None,
    given: Iterable[Mapping[str, str]],
    today: date,
) -> bool:
    """Whether one of the consents given lets a domain pass to a receiver, or none is needed."""
    kind = BY_CONSENT.get(domain)
    return kind is None or any(
        (one["kind"], one["recipient"]) == (kind, receiver)
        and date.fromisoformat(one["valid_to"]) >= today
        for one in given
    )
