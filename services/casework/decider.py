"""Decide about a case: what a command changes, and what follows once enough is known."""

from collections.abc import Callable
from datetime import date, datetime
from functools import reduce
from typing import Any

from services.casework import (
    courses,
    finality,
    handing,
    printers,
    recording,
    reimbursement,
    retaining,
)
from services.casework.benefits import STEPS, Now, becomes_final_on, over_on
from services.casework.closing import is_gone
from services.casework.domains import everywhere, of_handoff
from services.casework.folding import evolve
from services.casework.handoff_copy import HandoffKnown
from services.casework.memberships import Told
from services.casework.sheet import COMPUTED, check_may_leave, compose
from services.casework.state import Case
from services.chassis.decider import Asked, Due, Heard, Input, Refused
from services.chassis.legal_calendar import legal_date, start_of_day
from staffel_contracts.codes import (
    HandoffStatus,
    RefusalCode,
    ResponsibilityDomain,
    SheetField,
)
from staffel_contracts.commands.casework import (
    ClaimReimbursement,
    DraftHandoff,
    DropHandoffDraft,
    RecordFinality,
    RecordSheetPrinted,
    ReportCourseEnrolment,
    ReportCourseStart,
    ReportCourtAction,
    ResubmitHandover,
    SettleReimbursement,
    SupplyHandoffInformation,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import HandoffInformationSupplied, HouseholdMemberCorrected
from staffel_contracts.facts.intake import PersonCorrected

__all__ = ["decide", "due", "evolve"]

FINALITY, END, HOUSEHOLD = "finality", "asylbens-end", "household"
_OVER = (
    HandoffStatus.REJECTED,
    HandoffStatus.EXPIRED,
    HandoffStatus.FORWARDED,
    HandoffStatus.WITHDRAWN,
    HandoffStatus.ANNULLED,
    HandoffStatus.REVERSED,
)


def decide(state: Case, given: Input, at: datetime) -> list[Fact]:
    """Decide about a command, something heard, or the end of the period for court action.

    Whatever came, all that follows from what is known now is said with it: so it does not matter
    in which order the others' logs are heard, or how late.

    Raises:
        Refused: the command does not fit the case or its sender.
    """
    said: list[Fact] = []
    if isinstance(given, Asked):
        said = [_asked(state, given, at)]
    if isinstance(given, Due):
        said = recording.at_deadline(state, given)
    if isinstance(given, Heard) and given.case != state.case_id:
        said = _of_another(given)
    state = reduce(evolve, said, state)
    moment = max(at, given.moment) if isinstance(given, Due) else at
    now = Now(moment, given.new_id, given.directory)
    for step in _ANYWAY if is_gone(state) else (*STEPS, *_HANDING, *_ANYWAY):
        if fact := step(state, now):
            said.append(fact)
            state = evolve(state, fact)
    return said + ([] if is_gone(state) else _in_other_domains(state, now))


def _of_another(heard: Heard[Any]) -> list[Fact]:
    """Somebody was corrected whom sheets of this case told of as a member of the household."""
    told: Told | None = heard.concern
    if not isinstance(heard.fact, PersonCorrected) or told is None:
        return []
    corrected_on = heard.fact.corrected_on
    return [HouseholdMemberCorrected(corrected_on=corrected_on, **told._asdict())]


def _in_other_domains(state: Case, now: Now) -> list[Fact]:
    """What follows in domains that are handed over by themselves, each by command alone."""
    said: list[Fact] = []
    for seen in tuple(everywhere(state))[1:]:
        then = now._replace(new_id=f"{now.new_id}-{seen.domain}")
        sheet = handing.sheet_of_draft(seen, then) or handing.sheet_again(seen, then)
        if sheet:
            said.append(sheet)
    return said


_HANDING: tuple[Callable[[Case, Now], Fact | None], ...] = (
    handing.draft,
    handing.sheet_of_draft,
    handing.sheet_again,
)
"""What follows from the end of benefits, in this order."""
_ANYWAY: tuple[Callable[[Case, Now], Fact | None], ...] = (
    lambda state, now: reimbursement.warn(state, now.at),
    retaining.propose,
)
"""What follows where nobody is left to care for, too."""


def due(state: Case) -> dict[str, datetime]:
    """A recognition becomes final (§ 74 Abs. 1 AsylG), benefits end, claims become excluded.

    The household of a small child is looked at again. The period of a closed case ends, and what
    was recorded falls due.
    """
    days = {
        FINALITY: becomes_final_on(state),
        END: over_on(state),
        HOUSEHOLD: handing.household_again_on(state),
    }
    awaited = {} if is_gone(state) else days
    pending = {kind: start_of_day(day) for kind, day in awaited.items() if day}
    if moment := retaining.over_at(state):
        pending[retaining.RETENTION] = moment
    return pending | reimbursement.warnings(state) | recording.RECORDED.due(state.records)


# -- commands ------------------------------------------------------------------------------------


def _asked(state: Case, asked: Asked[Any], at: datetime) -> Fact:
    decided = _COMMANDS.get(type(asked.command))
    if decided is None:
        return recording.record(state, asked, at)
    return decided(state, asked, legal_date(at))


def _only_the_sender(state: Case, asked: Asked[Any]) -> HandoffKnown:
    """The current handoff of the domain that looks at the case, for the district that sent it.

    Or for the one with which the person stays, where what was accepted was reversed.
    """
    kept = state.handoff is not None and state.handoff.status == HandoffStatus.REVERSED
    sender = state.handoff and (state.handoff.to_agency if kept else state.handoff.from_agency)
    if asked.agency != (sender or finality.admitted(state).agency):
        raise Refused(RefusalCode.NOT_THE_SENDER, "only the sender of the handoff", "case")
    if state.handoff is None or state.handoff.handoff_id is None:
        raise Refused(RefusalCode.NO_HANDOFF, "nothing was handed over", "handoff_id")
    if asked.command.handoff_id != state.handoff.handoff_id:
        raise Refused(RefusalCode.HANDOFF_OTHER, "not the current handoff", "handoff_id")
    return state.handoff


def _supply(state: Case, asked: Asked[SupplyHandoffInformation], today: date) -> Fact:
    state = of_handoff(state, asked.command.handoff_id)
    handoff, fields = _only_the_sender(state, asked), asked.command.fields
    check_may_leave(fields)
    if handoff.status != HandoffStatus.INFORMATION_REQUESTED or _is_answered(state, handoff):
        detail = f"{asked.command.NAME} in state {handoff.status}, no question is open"
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, detail)
    for code in fields:
        if code.value not in handoff.items:
            raise Refused(RefusalCode.INVALID, "was not asked for", f"fields.{code.value}")
    return HandoffInformationSupplied(
        handoff_id=asked.command.handoff_id,
        supplied_on=today,
        item_codes=tuple(code for code in SheetField if code in fields),
        fields=fields,
        round=handoff.round,
        domain=ResponsibilityDomain(state.domain),
    )


def _is_answered(state: Case, handoff: HandoffKnown) -> bool:
    return (state.answered_handoff, state.answered_round) == (handoff.handoff_id, handoff.round)


def _resubmit(state: Case, asked: Asked[ResubmitHandover], today: date) -> Fact:
    state = of_handoff(state, asked.command.handoff_id)
    handoff, fields = _only_the_sender(state, asked), asked.command.fields
    check_may_leave(fields)
    if state.sheet_replaces == handoff.handoff_id:
        raise Refused(RefusalCode.HANDOFF_OPEN, "it was handed over again already", "handoff_id")
    if handoff.status not in _OVER:
        detail = f"{asked.command.NAME} in state {handoff.status}"
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, detail)
    elsewhere = asked.command.to_agency not in (None, handoff.to_agency)
    if not handoff.resubmittable and not elsewhere:
        detail = "the reason of the rejection leads elsewhere"
        raise Refused(RefusalCode.NOT_RESUBMITTABLE, detail, "handoff_id")
    for code in fields:
        if code in COMPUTED:
            raise Refused(RefusalCode.INVALID, "a rule computes it", f"fields.{code.value}")
    receiver = asked.command.to_agency or handoff.to_agency
    handing.check_receives(state, receiver, today)
    sheet = compose(state, asked.new_id, fields, replaces=handoff.handoff_id, to_agency=receiver)
    if sheet is None:
        raise Refused(RefusalCode.INVALID, "a mandatory field is unknown", "fields")
    return sheet


_COMMANDS: dict[type[Any], Callable[[Case, Asked[Any], date], Fact]] = {
    RecordFinality: finality.record,
    ReportCourtAction: finality.report_action,
    SupplyHandoffInformation: _supply,
    ResubmitHandover: _resubmit,
    ReportCourseEnrolment: courses.enrol,
    ReportCourseStart: courses.start,
    DraftHandoff: handing.draft_by_hand,
    DropHandoffDraft: handing.drop,
    RecordSheetPrinted: printers.printed,
    ClaimReimbursement: reimbursement.claim,
    SettleReimbursement: reimbursement.settle,
}
