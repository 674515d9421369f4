"""What follows by itself once enough is known: finality, and the end of benefits."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from services.casework.decisions import Recognition, contest, final_of, recognitions, variant
from services.casework.entitlement import (
    ENDED_BY_FINALITY,
    Entitlement,
    Finality,
    entitlement,
    final_on,
)
from services.casework.entitlement import finality as finality_by_rule
from services.casework.entitlement_facts import (
    Contest,
    Facts,
    ImplausibleFact,
    InterimProof,
    ProofKind,
)
from services.casework.person_copy import Person
from services.casework.state import Case
from services.casework.titles import is_lost_in_time, titles_that_count
from services.chassis.decider import NO_AGENCIES, Directory, Refused
from services.chassis.legal_calendar import land_of_district, legal_date, start_of_day
from services.chassis.replacing import replace
from staffel_contracts.codes import (
    AsylbensEndReason,
    FinalityBasis,
    InterimProofKind,
    ProtectionKind,
    RefusalCode,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    AsylbensEnded,
    AsylumDecisionFinal,
    EntitlementEndComputed,
    EntitlementEndRevised,
    EntitlementEndWithdrawn,
)

BY_RULE = "rule:R03"


class Now(NamedTuple):
    """The moment of a decision, the id for what it creates, and which agencies there are."""

    at: datetime
    new_id: str
    directory: Directory = NO_AGENCIES


def becomes_final_on(case: Case) -> date | None:
    """The day on which the recognition becomes final by itself, while it is not.

    Not before the court decides, where it was taken there. A removal ban has no such day: there the
    change hangs on the title alone (§ 25 Abs. 3 AufenthG).
    """
    person = case.person
    if person is None or person.refused_on or person.served_on is None:
        return None
    if final_of(case, person.served_on):
        return None
    if person.protection_kind not in ENDED_BY_FINALITY:
        return None
    found = _final_by_rule(case, person, person.served_on)
    return found and found.on


def _final_by_rule(case: Case, person: Person, served_on: date) -> Finality | None:
    land, special = land_of_district(person.district), person.special_period
    taken = contest(case)
    if taken is Contest.NONE:
        return Finality(final_on(served_on, land, special=special), FinalityBasis.NO_ACTION_FILED)
    known = Facts(land=land, served_on=served_on, special_period=special, contest=taken)
    return finality_by_rule(replace(known, finality_variant=variant(case)))


def finality(case: Case, now: Now) -> Fact | None:
    """The decision is final, once the period for action is over."""
    on = becomes_final_on(case)
    if on is None or case.person is None or now.at < start_of_day(on):
        return None
    taken = contest(case)
    basis = FinalityBasis.NO_ACTION_FILED if taken is Contest.NONE else FinalityBasis.PARTIAL
    served_on = case.person.served_on
    return AsylumDecisionFinal(
        finality_on=on, basis=basis, asserted_by=BY_RULE, served_on=served_on
    )


def end_of_benefits(case: Case, now: Now) -> Fact | None:
    """The end of benefits, or its revision where what is known now gives another end, or none."""
    person = case.person
    if person is None:
        return None
    found = _earliest_end(case, person)
    if found is None:
        return _withdrawn(case, now)
    if found.end_on == case.end_on:
        return None
    if case.end_on is None:
        return EntitlementEndComputed(**_values(found))
    # A sheet that was completed is not edited: while nobody decided, a new one replaces it.
    return EntitlementEndRevised(**_values(found), replaces_end_on=case.end_on)


def _withdrawn(case: Case, now: Now) -> Fact | None:
    """Benefits go on that seemed to end; where another agency has taken over, officials decide.

    Only a reason that is known counts: a copy that lags behind, as after a refill, is none.
    """
    why = _contested(case) | _lost(case)
    if case.end_on is None or not why or case.responsible != case.district:
        return None
    return EntitlementEndWithdrawn(
        withdrawn_on=legal_date(now.at), replaces_end_on=case.end_on, inputs=why
    )


def _contested(case: Case) -> dict[str, str]:
    """That the last recognition was taken to court, and nothing made it final since."""
    served_on = case.person.served_on if case.person else None
    if final_of(case, served_on) or contest(case) is Contest.NONE:
        return {}
    known = {
        "contested_on": case.contested_on and case.contested_on.isoformat(),
        "contest": case.contest_scope,
        "finality_variant": case.finality_variant,
    }
    return {name: value for name, value in known.items() if value}


def _lost(case: Case) -> dict[str, str]:
    """That a title was revoked before it ended benefits."""
    titles = case.person.titles if case.person else []
    days = [title["ended_on"] for title in titles if is_lost_in_time(title)]
    return {"title_ended_on": max(days)} if days else {}


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

    Each recognition is a ground by itself: a later one puts off no end that an earlier one brought.

    Raises:
        Refused: implausible-dates, where the facts cannot be true together.
    """
    try:
        known = recognitions(case, person) if person.served_on or not person.temporary_on else ()
        asylum = [_of_asylum(person, decision) for decision in known]
        temporary = [_of_temporary_protection(person)] if person.temporary_on else []
    except ImplausibleFact as error:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, error.rule, error.field) from error
    return (*asylum, *temporary)


def _of_asylum(person: Person, decision: Recognition) -> Facts:
    final = decision.final
    stated = {final.basis: final.on} if final else {}
    return Facts(
        land=land_of_district(person.district),
        protection_kind=decision.protection_kind,
        decided_on=decision.decided_on,
        served_on=decision.served_on,
        special_period=decision.special_period,
        contest=decision.contest,
        finality_variant=decision.variant,
        waiver_on=stated.get(FinalityBasis.WAIVER),
        court_final_on=stated.get(FinalityBasis.COURT),
        titles=titles_that_count(person),
        proofs=tuple(_proof(proof) for proof in person.proofs),
    )


def _of_temporary_protection(person: Person) -> Facts:
    """The registration stands where asylum has a decision: nobody contests it."""
    return Facts(
        land=land_of_district(person.district),
        protection_kind=ProtectionKind.TEMPORARY_S24,
        decided_on=person.temporary_on,
        titles=titles_that_count(person),
        proofs=tuple(_proof(proof) for proof in person.proofs),
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
