"""What follows by itself once enough is known: finality, and the end of benefits."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from services.casework.entitlement import ENDED_BY_FINALITY, Entitlement, entitlement, final_on
from services.casework.entitlement_facts import (
    Contest,
    Facts,
    ImplausibleFact,
    InterimProof,
    ProofKind,
    Title,
)
from services.casework.person_copy import Person
from services.casework.state import Case
from services.chassis.decider import NO_AGENCIES, Directory, Refused
from services.chassis.legal_calendar import land_of_district, start_of_day
from staffel_contracts.codes import (
    AsylbensEndReason,
    FinalityBasis,
    InterimProofKind,
    ProtectionKind,
    RefusalCode,
    TitleCode,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    AsylbensEnded,
    AsylumDecisionFinal,
    EntitlementEndComputed,
    EntitlementEndRevised,
)

BY_RULE = "rule:R03"


class Now(NamedTuple):
    """The moment of a decision, the id for what it creates, and which agencies there are."""

    at: datetime
    new_id: str
    directory: Directory = NO_AGENCIES


def becomes_final_on(case: Case) -> date | None:
    """The day on which the recognition becomes final if no action is brought, while it is not.

    A removal ban has none: there the change hangs on the title alone (§ 25 Abs. 3 AufenthG).
    """
    person = case.person
    if case.finality_on or person is None or person.refused_on or person.served_on is None:
        return None
    if person.protection_kind not in ENDED_BY_FINALITY:
        return None
    land = land_of_district(person.district)
    return final_on(person.served_on, land, special=person.special_period)


def finality(case: Case, now: Now) -> Fact | None:
    """The decision is final, once the period for action is over."""
    on = becomes_final_on(case)
    if on is None or now.at < start_of_day(on):
        return None
    basis = FinalityBasis.NO_ACTION_FILED
    return AsylumDecisionFinal(finality_on=on, basis=basis, asserted_by=BY_RULE)


def end_of_benefits(case: Case, _: Now) -> Fact | None:
    """The end of benefits, or its revision where what is known now gives another end."""
    person = case.person
    found = _earliest_end(case, person) if person else None
    if found is None or found.end_on == case.end_on:
        return None
    if case.end_on is None:
        return EntitlementEndComputed(**_values(found))
    # A sheet that was completed is not edited: while nobody decided, a new one replaces it.
    return EntitlementEndRevised(**_values(found), replaces_end_on=case.end_on)


def _earliest_end(case: Case, person: Person) -> Entitlement | None:
    """Of several grounds to stay, each by itself, the first that ends benefits governs."""
    found = (entitlement(facts) for facts in facts_of_law(case, person))
    return min((one for one in found if one), key=lambda one: one.end_on, default=None)


def over_on(case: Case) -> date | None:
    """The first day without AsylbLG benefits, until it was said that they ended."""
    ends = case.end_on is not None and case.ended_on != case.end_on
    return case.end_on + timedelta(days=1) if ends and case.end_on else None


def over(case: Case, now: Now) -> Fact | None:
    """The month in which the condition fell away is over (§ 1 Abs. 3 S. 1 AsylbLG)."""
    on = over_on(case)
    if on is None or case.end_on is None or now.at < start_of_day(on):
        return None
    return AsylbensEnded(ended_on=case.end_on, reason_code=AsylbensEndReason.STATUS_LOST)


STEPS: tuple[Callable[[Case, Now], Fact | None], ...] = (finality, end_of_benefits, over)
"""In this order each may follow from those before it."""


def facts_of_law(case: Case, person: Person) -> tuple[Facts, ...]:
    """What the end of benefits is computed from: asylum, and temporary protection beside it.

    Raises:
        Refused: implausible-dates, where the facts cannot be true together.
    """
    try:
        asylum = [_of_asylum(case, person)] if person.served_on or not person.temporary_on else []
        temporary = [_of_temporary_protection(person)] if person.temporary_on else []
    except ImplausibleFact as error:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, error.rule, error.field) from error
    return (*asylum, *temporary)


def _of_asylum(case: Case, person: Person) -> Facts:
    basis = case.finality_basis
    return Facts(
        land=land_of_district(person.district),
        protection_kind=_protection(person),
        decided_on=person.decided_on,
        served_on=person.served_on,
        special_period=person.special_period,
        contest=_contest(case),
        waiver_on=case.finality_on if basis == FinalityBasis.WAIVER else None,
        court_final_on=case.finality_on if basis == FinalityBasis.COURT else None,
        titles=tuple(_title(title) for title in person.titles),
        proofs=tuple(_proof(proof) for proof in person.proofs),
    )


def _of_temporary_protection(person: Person) -> Facts:
    """The registration stands where asylum has a decision: nobody contests it."""
    return Facts(
        land=land_of_district(person.district),
        protection_kind=ProtectionKind.TEMPORARY_S24,
        decided_on=person.temporary_on,
        titles=tuple(_title(title) for title in person.titles),
        proofs=tuple(_proof(proof) for proof in person.proofs),
    )


def _protection(person: Person) -> ProtectionKind | None:
    kind = person.protection_kind
    return ProtectionKind(kind) if kind and not person.refused_on else None


def _contest(case: Case) -> Contest:
    """Until it is final, a decision counts as one that may still be taken to court."""
    final = case.finality_basis is not None and case.finality_basis != FinalityBasis.COURT
    return Contest.NONE if final else Contest.FULL


def _title(title: dict[str, str]) -> Title:
    return Title(
        code=TitleCode(title["code"]),
        issued_on=date.fromisoformat(title["issued_on"]),
        valid_from=date.fromisoformat(title["valid_from"]),
        valid_to=date.fromisoformat(title["valid_to"]),
    )


_PROOFS = {
    InterimProofKind.FICTION.value: ProofKind.INTERIM_CERTIFICATE,
    InterimProofKind.RECOGNITION.value: ProofKind.RECOGNITION_CERTIFICATE,
}


def _proof(proof: dict[str, Any]) -> InterimProof:
    issued_on = date.fromisoformat(proof["issued_on"])
    return InterimProof(_PROOFS[proof["kind"]], issued_on, proof["biometrics_done"])


def _values(found: Entitlement) -> dict[str, Any]:
    return {
        "end_on": found.end_on,
        "next_start_on": found.next_start_on,
        "last_lossfree_on": found.last_lossfree_on,
        "rule_id": found.rule_id,
        "rule_version": found.rule_version,
        "inputs": found.inputs,
    }
