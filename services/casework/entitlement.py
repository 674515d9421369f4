"""When AsylbLG benefits end and SGB II starts, computed from facts; officials decide."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from services.casework.entitlement_facts import Contest, Facts, FinalityVariant, ProofKind, Title
from services.casework.rules import Rule, rule_on
from services.chassis.legal_calendar import (
    Land,
    add_weeks,
    first_of_month,
    first_of_next_month,
    last_day_of_months,
    last_of_month,
    roll_over,
)
from staffel_contracts.codes import FinalityBasis, ProtectionKind, TitleCode

ENDED_BY_FINALITY = frozenset(
    {ProtectionKind.ASYLUM_ART16A, ProtectionKind.REFUGEE_S3, ProtectionKind.SUBSIDIARY_S4}
)
"""Protection under which the stay counts as allowed until the title (§ 25 Abs. 1, 2 AufenthG).

A removal ban carries no such fiction: there the change hangs on the title alone.
"""

TITLES_WITHIN_ASYLBLG_UNTIL = {TitleCode.S24: date(2022, 5, 31)}
"""Titles of § 1 Abs. 1 Nr. 3 AsylbLG, which end no benefits, and the last day of issue of such."""

_WEEKS_FOR_ACTION = {False: 2, True: 1}
_MONTHS_OF_A_SHORT_TITLE = 6
_BASES_OF_THE_PERIOD = frozenset({FinalityBasis.NO_ACTION_FILED, FinalityBasis.PARTIAL})


class Finality(NamedTuple):
    """From which day the decision can no longer be contested, and why."""

    on: date
    basis: FinalityBasis


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The end of AsylbLG benefits, the start of SGB II, and how they were computed.

    ``last_lossfree_on`` is the last day on which an application loses no day. ``inputs`` holds the
    facts that led to the end, dates as ISO 8601, and under ``rules`` the wordings applied.
    """

    end_on: date
    next_start_on: date
    last_lossfree_on: date
    rule_id: str
    rule_version: int
    finality_on: date | None
    finality_basis: FinalityBasis | None
    inputs: dict[str, str]


_Inputs: TypeAlias = dict[str, date | str | None]


class _Ending(NamedTuple):
    """The day on which a condition falls away, under which rules, known from what."""

    on: date
    rules: tuple[Rule | None, ...]
    """The governing rule first; None where it was not in force."""
    inputs: _Inputs


def entitlement(facts: Facts) -> Entitlement | None:
    """Return when benefits end and the next ones start, or None if nothing ends them yet.

    Whatever ends them first governs. Without any word of an action, none is assumed to be brought:
    the result may be computed before the period for action is over. A title that ran out before
    the decision is ignored; what follows when one runs out later is not computed.
    """
    final = finality(facts)
    endings = (ending for ending in _endings(facts, final) if None not in ending.rules)
    first = min(endings, key=lambda ending: ending.on, default=None)
    return None if first is None else _entitlement(facts, final, first)


def finality(facts: Facts) -> Finality | None:
    """Return from when and why the decision is final, or None if it is not yet known (R02)."""
    return min(_finalities(facts), key=lambda finality: finality.on, default=None)


def action_deadline(served_on: date, land: Land, *, special: bool = False) -> date:
    """Return the last day on which court action can be brought (R03).

    Two weeks from service, one in special cases (§ 74 Abs. 1 AsylG); a period ending on a weekend
    or a holiday of ``land`` ends with the next working day (§ 222 Abs. 2 ZPO).
    """
    return roll_over(add_weeks(served_on, _WEEKS_FOR_ACTION[special]), land)


def final_on(served_on: date, land: Land, *, special: bool = False) -> date:
    """Return the day from which an uncontested decision is final (R02, R03)."""
    return action_deadline(served_on, land, special=special) + timedelta(days=1)


def is_longer_than_six_months(title: Title) -> bool:
    """Whether the total validity of ``title`` exceeds six months (§ 1 Abs. 2 AsylbLG).

    Titles that follow one another are not added up.
    """
    return title.valid_to > last_day_of_months(title.valid_from, _MONTHS_OF_A_SHORT_TITLE)


def application_counts_from(filed_on: date) -> date:
    """Return the day to which an application for SGB II reaches back: the first of its month (R08).

    Before 2011 it counted from the day on which it was filed.
    """
    return first_of_month(filed_on) if rule_on("R08", filed_on) else filed_on


def last_lossfree_on(next_start_on: date) -> date:
    """Return the last day on which an application still reaches back to ``next_start_on`` (R09)."""
    return last_of_month(next_start_on) if rule_on("R09", next_start_on) else next_start_on


def first_receipt(received_on: Iterable[date]) -> date:
    """Return when an application counts as filed that went through several agencies (R10).

    Raises:
        ValueError: no agency received it.
    """
    return min(received_on)


def _entitlement(facts: Facts, final: Finality | None, ending: _Ending) -> Entitlement:
    next_start_on = first_of_next_month(ending.on)
    rules = [rule for rule in (*ending.rules, rule_on("R09", next_start_on)) if rule]
    return Entitlement(
        end_on=last_of_month(ending.on),
        next_start_on=next_start_on,
        last_lossfree_on=last_lossfree_on(next_start_on),
        rule_id=rules[0].rule_id,
        rule_version=rules[0].version,
        finality_on=final and final.on,
        finality_basis=final and final.basis,
        inputs=_inputs(facts, ending, rules),
    )


def _inputs(facts: Facts, ending: _Ending, rules: list[Rule]) -> dict[str, str]:
    known = {"land": facts.land, "protection_kind": facts.protection_kind, **ending.inputs}
    applied = " ".join(f"{rule.rule_id}/{rule.version}" for rule in rules)
    return {"rules": applied, **{name: str(value) for name, value in known.items() if value}}


def _endings(facts: Facts, final: Finality | None) -> Iterator[_Ending]:
    yield from _by_recognition(facts)
    yield from _by_title(facts)
    yield from _by_interim_proof(facts)
    if final and facts.protection_kind in ENDED_BY_FINALITY:
        yield _by_finality(facts, final)


def _by_recognition(facts: Facts) -> Iterator[_Ending]:
    """The old wording; a recognition takes effect when it is served (§ 43 Abs. 1 VwVfG)."""
    if facts.protection_kind is ProtectionKind.ASYLUM_ART16A and facts.served_on:
        rules = (rule_on("R01-old", facts.served_on),)
        yield _Ending(facts.served_on, rules, {"served_on": facts.served_on})


def _by_finality(facts: Facts, final: Finality) -> _Ending:
    of_period = final.basis in _BASES_OF_THE_PERIOD
    applied = ("R01", "R02", "R03") if of_period else ("R01", "R02")
    inputs = _action_inputs(facts) if of_period else {}
    inputs |= {"contest": facts.contest, "finality_on": final.on, "finality_basis": final.basis}
    return _Ending(final.on, tuple(rule_on(rule_id, final.on) for rule_id in applied), inputs)


def _action_inputs(facts: Facts) -> _Inputs:
    served_on, special = facts.served_on, facts.special_period
    return {
        "served_on": served_on,
        "special_period": "yes" if special else "no",
        "action_until": served_on and action_deadline(served_on, facts.land, special=special),
    }


def _by_title(facts: Facts) -> Iterator[_Ending]:
    for title in facts.titles:
        on = max(title.issued_on, title.valid_from)
        if _is_of_the_present(title, facts) and _ends_benefits(title):
            rules = (rule_on("R04", on), rule_on("R01", on))
            yield _Ending(on, rules, _title_inputs(title))


def _is_of_the_present(title: Title, facts: Facts) -> bool:
    """Whether its time had not passed before the decision: a title ends benefits for its time."""
    since = facts.decided_on or facts.served_on
    return since is None or since <= title.valid_to


def _ends_benefits(title: Title) -> bool:
    until = TITLES_WITHIN_ASYLBLG_UNTIL.get(title.code)
    within_asylblg = until is not None and title.issued_on <= until
    return is_longer_than_six_months(title) and not within_asylblg


def _title_inputs(title: Title) -> _Inputs:
    return {
        "title_code": title.code,
        "issued_on": title.issued_on,
        "valid_from": title.valid_from,
        "valid_to": title.valid_to,
    }


def _by_interim_proof(facts: Facts) -> Iterator[_Ending]:
    """Temporary protection; § 18 AsylbLG, the transition of summer 2022, is not computed."""
    if facts.protection_kind is not ProtectionKind.TEMPORARY_S24:
        return
    for proof in facts.proofs:
        if proof.kind is ProofKind.INTERIM_CERTIFICATE and proof.biometrics_done:
            on = proof.issued_on
            yield _Ending(on, (rule_on("R05", on),), {"proof_kind": proof.kind, "issued_on": on})


def _finalities(facts: Facts) -> Iterator[Finality]:
    if facts.served_on and _period_decides(facts):
        on = final_on(facts.served_on, facts.land, special=facts.special_period)
        yield Finality(on, _basis_of_the_period(facts))
    if facts.waiver_on:
        yield Finality(facts.waiver_on, FinalityBasis.WAIVER)
    if facts.court_final_on:
        yield Finality(facts.court_final_on, FinalityBasis.COURT)


def _period_decides(facts: Facts) -> bool:
    """Whether the decision, or the part that counts, becomes final when the period is over."""
    granted_part = facts.finality_variant is FinalityVariant.GRANTED_PART
    return facts.contest is Contest.NONE or (facts.contest is Contest.PARTIAL and granted_part)


def _basis_of_the_period(facts: Facts) -> FinalityBasis:
    if facts.contest is Contest.PARTIAL:
        return FinalityBasis.PARTIAL
    return FinalityBasis.NO_ACTION_FILED
