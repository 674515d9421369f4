"""How a decision becomes final, or does not: what a district records of waivers and courts."""

from datetime import date

from services.casework.decisions import Final, contest, final_of, served_before
from services.casework.entitlement import action_deadline
from services.casework.entitlement_facts import Contest
from services.casework.person_copy import Person
from services.casework.state import Case
from services.chassis.decider import Asked, Refused
from services.chassis.legal_calendar import land_of_district
from services.chassis.replacing import replace
from staffel_contracts.codes import ContestScope, FinalityBasis, FinalityVariant, RefusalCode
from staffel_contracts.commands.casework import RecordFinality, ReportCourtAction
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import AsylumDecisionContested, AsylumDecisionFinal

STATED = frozenset({FinalityBasis.WAIVER, FinalityBasis.COURT})
"""The bases that a district states; the others are computed."""


def admitted(case: Case) -> Person:
    """The person of a case that is known.

    Raises:
        Refused: not-found.
    """
    if case.person is None or case.person.agency is None:
        raise Refused(RefusalCode.NOT_FOUND, "no such case", "case")
    return case.person


def _of_district(case: Case, asked: Asked[RecordFinality] | Asked[ReportCourtAction]) -> Person:
    person = admitted(case)
    if asked.agency != case.district:
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "only the district of the case", "case")
    return person


# -- finality ------------------------------------------------------------------------------------


def record(case: Case, asked: Asked[RecordFinality], today: date) -> Fact:
    """That a recognition is final by a waiver, the withdrawal of an action, or a court.

    Raises:
        Refused: another agency, no recognition, final already, or the day is impossible.
    """
    command, person = asked.command, _of_district(case, asked)
    if person.served_on is None:
        raise Refused(RefusalCode.NO_DECISION, "no recognition is recorded", "case")
    if command.basis not in STATED:
        raise Refused(RefusalCode.INVALID, "a rule computes this basis", "basis")
    if command.finality_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "it is not final yet", "finality_on")
    served_on = served_before(case, command.finality_on)
    if served_on is None:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before it was served", "finality_on")
    taken = served_on == person.served_on and contest(case) is not Contest.NONE
    if taken and command.finality_on < (case.contested_on or date.min):
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before action was brought", "finality_on")
    _check_not_final(final_of(case, served_on), command)
    return AsylumDecisionFinal(
        finality_on=command.finality_on,
        basis=command.basis,
        asserted_by=asked.agency,
        served_on=served_on,
    )


def _check_not_final(known: Final | None, command: RecordFinality) -> None:
    """The rule assumes that nobody brought action: a court or an earlier waiver proves it wrong."""
    if known is None:
        return
    assumed = known.basis is FinalityBasis.NO_ACTION_FILED
    by_court = command.basis is FinalityBasis.COURT
    if not assumed or not (by_court or command.finality_on < known.on):
        raise Refused(RefusalCode.ALREADY_FINAL, "finality is recorded", "finality_on")


def final(case: Case, fact: AsylumDecisionFinal) -> Case:
    """The state after that; the finality of the last recognition stands in front."""
    known, of = case.finality_served_on, fact.served_on
    if known and of and of < known:
        return _before(case, of, fact.finality_on, fact.basis.value)
    if case.finality_on and case.finality_basis and known != of:
        case = _before(case, known, case.finality_on, case.finality_basis)
    return replace(
        case,
        finality_on=fact.finality_on,
        finality_basis=fact.basis.value,
        finality_served_on=of,
    )


def _before(case: Case, served_on: date | None, on: date, basis: str) -> Case:
    said = {"finality_on": on.isoformat(), "basis": basis}
    key = served_on.isoformat() if served_on else ""
    return replace(case, finality_before=case.finality_before | {key: said})


# -- court action --------------------------------------------------------------------------------


def report_action(case: Case, asked: Asked[ReportCourtAction], today: date) -> Fact:
    """That court action was brought against the decision served last, a refusal too.

    Raises:
        Refused: another agency, no decision, final already, or the day is impossible.
    """
    command, person = asked.command, _of_district(case, asked)
    served_on = person.refused_on or person.served_on
    if served_on is None:
        raise Refused(RefusalCode.NO_DECISION, "no decision is recorded", "case")
    if command.contested_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", "contested_on")
    if command.contested_on < served_on:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before it was served", "contested_on")
    if command.reinstated_on:
        _check_reinstated(command, command.reinstated_on, today)
    _check_contestable(case, person, command)
    contested = AsylumDecisionContested(
        contested_on=command.contested_on,
        scope=command.scope,
        finality_variant=_variant(command),
        served_on=served_on,
        reinstated_on=command.reinstated_on,
    )
    if _is_known(case, contested):
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "it was reported already", "contested_on")
    return contested


def _variant(command: ReportCourtAction) -> FinalityVariant | None:
    """Which view is applied to a decision contested in part; that question arises there only."""
    if command.scope is ContestScope.PARTIAL:
        return command.finality_variant or FinalityVariant.WHOLE_DECISION
    if command.finality_variant:
        detail = "only of an action for more protection"
        raise Refused(RefusalCode.INVALID, detail, "finality_variant")
    return None


def _check_reinstated(command: ReportCourtAction, on: date, today: date) -> None:
    """A court grants reinstatement once the action was brought (§ 60 Abs. 2, 4 VwGO)."""
    if on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", "reinstated_on")
    if on < command.contested_on:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before action was brought", "reinstated_on")


def _check_contestable(case: Case, person: Person, command: ReportCourtAction) -> None:
    """A waiver and a court end the matter; so does the period for action, of a recognition.

    Unless a court granted reinstatement, because it was missed without fault (§ 60 Abs. 1 VwGO).
    """
    final = None if person.refused_on else final_of(case, person.served_on)
    if final and final.basis in STATED:
        raise Refused(RefusalCode.ALREADY_FINAL, "finality is recorded", "contested_on")
    if person.refused_on or person.served_on is None:
        return
    land = land_of_district(person.district)
    until = action_deadline(person.served_on, land, special=person.special_period)
    if command.contested_on > until and command.reinstated_on is None:
        detail = "after the period for action (R03), and no reinstatement (§ 60 VwGO) is named"
        raise Refused(RefusalCode.ALREADY_FINAL, detail, "contested_on")
    if command.contested_on <= until and command.reinstated_on:
        detail = "the period for action (R03) was kept"
        raise Refused(RefusalCode.INVALID, detail, "reinstated_on")


def _is_known(case: Case, said: AsylumDecisionContested) -> bool:
    variant = said.finality_variant and said.finality_variant.value
    known = (case.contested_on, case.contest_scope, case.finality_variant)
    return known == (said.contested_on, said.scope.value, variant)


def contested(case: Case, fact: AsylumDecisionContested) -> Case:
    """The state after that: what the rule assumed of its finality does not stand any more.

    What was final before the decision was served is an earlier one.
    """
    on, served_on = case.finality_on, fact.served_on
    of_it = on is not None and (served_on is None or on >= served_on)
    assumed = of_it and case.finality_basis not in STATED
    return replace(
        case,
        contested_on=fact.contested_on,
        contest_scope=fact.scope.value,
        finality_variant=fact.finality_variant and fact.finality_variant.value,
        finality_on=None if assumed else case.finality_on,
        finality_basis=None if assumed else case.finality_basis,
        finality_served_on=None if assumed else case.finality_served_on,
    )
