"""When AsylbLG benefits end and SGB II starts, computed by the rules; officials decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from services.casework.entitlement_facts import Contest, Facts, InterimProof, Title
from services.casework.law.engine import Cited, Computation, Computed, RuleSet
from services.casework.law.reading import shipped_rules
from services.chassis.legal_calendar import Land, last_day_of_months
from staffel_contracts.codes import FinalityBasis, ProtectionKind

ENDED_BY_FINALITY = frozenset(
    {ProtectionKind.ASYLUM_ART16A, ProtectionKind.REFUGEE_S3, ProtectionKind.SUBSIDIARY_S4}
)
"""Protection under which the stay counts as allowed until the title (§ 25 Abs. 1, 2 AufenthG).

A removal ban carries no such fiction: there the change hangs on the title alone.
"""

_MONTHS_OF_A_SHORT_TITLE = 6
_INPUTS = {"decision": "protection_kind", "code": "title_code", "kind": "proof_kind"}
"""How inputs are named in an entry, where rules name them otherwise."""
_BETWEEN = frozenset(
    {"recognition_ends_on", "status_lost_on", "title_ends_on", "proof_ends_on",
     "decided_or_served_on", "biometrics_done"}
)  # fmt: skip
"""Steps between the facts and the end, which the rules name."""


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


@lru_cache(maxsize=4096)
def entitlement(facts: Facts, rules: RuleSet | None = None) -> Entitlement | None:
    """Return when benefits end and the next ones start, or None if nothing ends them yet.

    Whatever ends them first governs. Without any word of an action, none is assumed to be brought:
    the result may be computed before the period for action is over. A title that ran out before
    the decision is ignored; what follows when one runs out later is not computed.
    """
    run = computation(facts, rules)
    end, start = run.find("asylbens_end_on"), run.find("next_start_on")
    lossfree = run.find("last_lossfree_on")
    if end is None or start is None or lossfree is None:
        return None
    final = _finality(run)
    return Entitlement(
        end_on=end.date,
        next_start_on=start.date,
        last_lossfree_on=lossfree.date,
        rule_id=end.cited.rule,
        rule_version=end.cited.version,
        finality_on=final and final.on,
        finality_basis=final and final.basis,
        inputs=_inputs(facts, end, lossfree.cited),
    )


def finality(facts: Facts) -> Finality | None:
    """Return from when and why the decision is final, or None if it is not yet known (R02)."""
    return _finality(computation(facts))


@lru_cache(maxsize=4096)
def final_on(served_on: date, land: Land, *, special: bool = False) -> date:
    """Return the day from which an uncontested decision is final (R02, R03)."""
    found = finality(Facts(land=land, served_on=served_on, special_period=special))
    return found.on if found else date.max


def action_deadline(served_on: date, land: Land, *, special: bool = False) -> date:
    """Return the last day on which court action can be brought (R03)."""
    facts = Facts(land=land, served_on=served_on, special_period=special)
    found = computation(facts).find("action_until")
    return found.date if found else date.max


def is_longer_than_six_months(title: Title) -> bool:
    """Whether the total validity of ``title`` exceeds six months (§ 1 Abs. 2 AsylbLG).

    Titles that follow one another are not added up.
    """
    return title.valid_to > last_day_of_months(title.valid_from, _MONTHS_OF_A_SHORT_TITLE)


def application_counts_from(filed_on: date) -> date:
    """Return the day to which an application for SGB II reaches back: the first of its month (R08).

    Before 2011 it counted from the day on which it was filed.
    """
    return _of_law("application_counts_from", application_filed_on=filed_on)


def last_lossfree_on(next_start_on: date) -> date:
    """Return the last day on which an application still reaches back to ``next_start_on`` (R09)."""
    return _of_law("last_lossfree_on", next_start_on=next_start_on)


def first_receipt(received_on: Iterable[date]) -> date:
    """Return when an application counts as filed that went through several agencies (R10).

    Raises:
        ValueError: no agency received it.
    """
    receipts = [{"received_on": day} for day in received_on]
    if not receipts:
        msg = "no agency received it"
        raise ValueError(msg)
    return _of_law("first_receipt_on", applications=receipts)


def reimbursement_exclusion_on(last_benefit_day: date, known_on: date | None) -> date:
    """Return the last day on which money can be claimed back that was paid up to a day (R19).

    ``known_on``: when the decision of the agency that has to pay became known, if it is known.
    """
    known = {} if known_on is None else {"benefit_decision_known_on": known_on}
    return _of_law("reimbursement_exclusion_on", last_benefit_day=last_benefit_day, **known)


def computation(facts: Facts, rules: RuleSet | None = None) -> Computation:
    """A run of the rules, the shipped ones without others, over what is known of a person."""
    return Computation(rules or shipped_rules(), facts_by_name(facts), facts.land)


def facts_by_name(facts: Facts) -> dict[str, Any]:
    """The facts as rules name them."""
    return {
        "decision": facts.protection_kind,
        "decided_on": facts.decided_on,
        "served_on": facts.served_on,
        "decided_or_served_on": facts.decided_on or facts.served_on,
        "special_period": facts.special_period,
        "contest": facts.contest.value,
        "finality_variant": facts.finality_variant.value,
        "waiver_on": facts.waiver_on,
        "court_final_on": facts.court_final_on,
        "titles": [_title(title) for title in facts.titles],
        "interim_proofs": [_proof(proof) for proof in facts.proofs],
    }


def _title(title: Title) -> dict[str, Any]:
    names = ("code", "issued_on", "valid_from", "valid_to")
    return {name: getattr(title, name) for name in names}


def _proof(proof: InterimProof) -> dict[str, Any]:
    names = ("kind", "issued_on", "biometrics_done")
    return {name: getattr(proof, name) for name in names}


def _finality(run: Computation) -> Finality | None:
    found = run.find("finality_on")
    if found is None or found.basis is None:
        return None
    return Finality(found.date, FinalityBasis(found.basis))


def _inputs(facts: Facts, end: Computed, last: Cited) -> dict[str, str]:
    applied = " ".join(f"{one.rule}/{one.version}" for one in (*end.path, last))
    known = {"land": facts.land, "protection_kind": facts.protection_kind, **end.inputs}
    if "finality_on" in end.inputs:
        known["finality_basis"] = end.basis
    if "finality_on" in end.inputs and facts.contest is Contest.PARTIAL:
        known |= {"contest": facts.contest, "finality_variant": facts.finality_variant}
    said = {
        _INPUTS.get(name, name): _said(value) for name, value in known.items() if value is not None
    }
    return {"rules": applied} | {n: value for n, value in said.items() if n not in _BETWEEN}


def _said(value: Any) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _of_law(name: str, **facts: Any) -> date:
    found = Computation(shipped_rules(), facts, "BB").find(name)
    assert found is not None, name  # noqa: S101 - one wording is in force on every day that is kept
    return found.date
