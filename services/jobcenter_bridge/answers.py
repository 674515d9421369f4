"""What the receiver may answer to a handoff, and in which stage."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from services.chassis.decider import Asked, Refused
from services.chassis.legal_calendar import land_of_district
from services.jobcenter_bridge import deadlines
from services.jobcenter_bridge.state import Handoff
from staffel_contracts.codes import RESUBMITTABLE, HandoffStatus, RefusalCode
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    HandoffCommand,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoffInformation,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    BenefitStartNotified,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffDelivered,
    HandoffInformationRequested,
    HandoffRejected,
)

MOST_ROUNDS = 2

_UNDECIDED = frozenset({HandoffStatus.ACKNOWLEDGED, HandoffStatus.INFORMATION_REQUESTED})

LEGAL_FROM: dict[type[HandoffCommand], frozenset[HandoffStatus]] = {
    ConfirmDelivery: frozenset({HandoffStatus.SUBMITTED}),
    AcknowledgeHandoff: frozenset({HandoffStatus.DELIVERED}),
    RequestHandoffInformation: frozenset({HandoffStatus.ACKNOWLEDGED}),
    AcceptHandoff: _UNDECIDED,
    RejectHandoff: _UNDECIDED,
    NotifyBenefitStart: frozenset({HandoffStatus.ACCEPTED, HandoffStatus.IN_EFFECT}),
}
"""In which stages an answer is legal; in every other it is refused."""


def answer(state: Handoff, asked: Asked[Any], today: date) -> Fact:
    """What the receiver's command says.

    Raises:
        Refused: it is not the receiver, another handoff is meant, or the stage does not allow it.
    """
    command: HandoffCommand = asked.command
    if state.handoff_id is None:
        raise Refused(RefusalCode.NO_HANDOFF, "nothing was handed over", "case")
    if asked.agency != state.to_agency:
        raise Refused(RefusalCode.NOT_THE_RECEIVER, "only the receiver answers", "handoff_id")
    if command.handoff_id != state.handoff_id:
        raise Refused(RefusalCode.HANDOFF_OTHER, "not the current handoff", "handoff_id")
    if isinstance(command, NotifyBenefitStart) and state.benefit_start_on:
        raise Refused(RefusalCode.ALREADY_NOTIFIED, "the start is known", "starts_on")
    if state.stage not in LEGAL_FROM[type(command)]:
        detail = f"{command.NAME} is not possible in state {state.stage.value}"
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, detail)
    return _ANSWERS[type(command)](state, command, today)


def about_handoff(state: Handoff) -> dict[str, Any]:
    """What every fact about the current handoff carries."""
    return {
        "handoff_id": state.handoff_id,
        "domain": state.domain,
        "from_agency": state.from_agency,
        "to_agency": state.to_agency,
    }


def _delivered(state: Handoff, command: ConfirmDelivery, today: date) -> Fact:
    _check_digest(state, command.sheet_digest)
    return HandoffDelivered(
        **about_handoff(state),
        delivered_on=today,
        channel=command.channel,
        receipt_ref=command.receipt_ref,
        acknowledge_by=deadlines.acknowledge_by(today, land_of_district(state.about.district)),
        expires_on=deadlines.expires_on(today),
    )


def _acknowledged(state: Handoff, command: AcknowledgeHandoff, today: date) -> Fact:
    end_on = _earliest(state) - timedelta(days=1)
    return HandoffAcknowledged(
        **about_handoff(state),
        acknowledged_on=today,
        unit_ref=command.unit_ref,
        decide_by=deadlines.decide_by(today, end_on, land_of_district(state.about.district)),
    )


def _asked(state: Handoff, command: RequestHandoffInformation, today: date) -> Fact:
    if state.round >= MOST_ROUNDS:
        raise Refused(RefusalCode.TOO_MANY_ROUNDS, f"at most {MOST_ROUNDS} questions")
    if command.due_on < today:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "due before it is asked", "due_on")
    return HandoffInformationRequested(
        **about_handoff(state),
        requested_on=today,
        item_codes=command.item_codes,
        due_on=command.due_on,
        round=state.round + 1,
    )


def _accepted(state: Handoff, command: AcceptHandoff, today: date) -> Fact:
    _check_digest(state, command.sheet_digest)
    if command.effective_on < _earliest(state):
        detail = "the sender's benefits have not ended by then; see the handoff's earliest_on"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, "effective_on")
    return HandoffAccepted(
        **about_handoff(state),
        accepted_on=today,
        effective_on=command.effective_on,
        accepted_digest=command.sheet_digest,
    )


def _rejected(state: Handoff, command: RejectHandoff, today: date) -> Fact:
    return HandoffRejected(
        **about_handoff(state),
        rejected_on=today,
        reason_code=command.reason_code,
        resubmittable=command.reason_code in RESUBMITTABLE,
        suggested_agency=command.suggested_agency,
    )


def _pays(state: Handoff, command: NotifyBenefitStart, today: date) -> Fact:
    if command.starts_on < _earliest(state):
        detail = "whoever is entitled under the AsylbLG is not under SGB II"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, "starts_on")
    return BenefitStartNotified(
        **about_handoff(state), notified_on=today, starts_on=command.starts_on
    )


def _check_digest(state: Handoff, digest: str) -> None:
    if digest != state.sheet_digest:
        raise Refused(RefusalCode.DIGEST_DIFFERS, "not the sheet submitted", "sheet_digest")


def _earliest(state: Handoff) -> date:
    """The day after the sender's benefits: as casework computed it last, else as submitted."""
    computed = state.benefits.next_start_on if state.benefits else None
    return computed or state.effective_on or date.max


_ANSWERS: dict[type[HandoffCommand], Callable[[Handoff, Any, date], Fact]] = {
    ConfirmDelivery: _delivered,
    AcknowledgeHandoff: _acknowledged,
    RequestHandoffInformation: _asked,
    AcceptHandoff: _accepted,
    RejectHandoff: _rejected,
    NotifyBenefitStart: _pays,
}
