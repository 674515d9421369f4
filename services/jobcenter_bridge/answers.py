"""What the receiver and the sender may say about the current handoff, and in which stage."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from services.chassis.decider import Asked, Refused
from services.chassis.legal_calendar import Land, add_months, land_of_district
from services.jobcenter_bridge import deadlines
from services.jobcenter_bridge.state import UNDECIDED, Handoff
from staffel_contracts.codes import (
    NEXT_STEP,
    RESUBMITTABLE,
    AgencyKind,
    DeliveryChannel,
    HandoffStatus,
    RefusalCode,
    ResponsibilityDomain,
)
from staffel_contracts.commands import jobcenter_bridge as commands
from staffel_contracts.domains import can_take_over
from staffel_contracts.fact import Fact
from staffel_contracts.facts import jobcenter_bridge as facts

LEAD = "lead"
"""The role whose word it takes after the agreed questions, and for a rejection near the end."""

_MOST_MONTHS_AHEAD = 6
_WAITING = frozenset({HandoffStatus.SUBMITTED, HandoffStatus.DELIVERY_FAILED})
_TAKEN_UP = frozenset(
    {HandoffStatus.ACKNOWLEDGED, HandoffStatus.INFORMATION_REQUESTED, HandoffStatus.SECOND_LOOK}
)
LEGAL_FROM: dict[type[commands.HandoffCommand], frozenset[HandoffStatus]] = {
    commands.ConfirmDelivery: _WAITING,
    commands.ReportDeliveryFailure: _WAITING,
    commands.AcknowledgeHandoff: frozenset({HandoffStatus.DELIVERED}),
    commands.RequestHandoffInformation: _TAKEN_UP - {HandoffStatus.INFORMATION_REQUESTED},
    commands.AcceptHandoff: _TAKEN_UP,
    commands.RejectHandoff: _TAKEN_UP,
    commands.ForwardHandoff: _TAKEN_UP,
    commands.NotifyBenefitStart: frozenset({HandoffStatus.ACCEPTED, HandoffStatus.IN_EFFECT}),
    commands.WithdrawHandoff: UNDECIDED,
    commands.AnnulHandoff: UNDECIDED,
}
"""In which stages a command is legal; in every other it is refused."""
_OF_THE_SENDER = (commands.WithdrawHandoff, commands.AnnulHandoff)


def answer(state: Handoff, asked: Asked[Any], today: date) -> Fact:
    """What a command about the current handoff says.

    Raises:
        Refused: it comes from the wrong side, another handoff is meant, or the stage does not
            allow it.
    """
    command: commands.HandoffCommand = asked.command
    if state.handoff_id is None:
        raise Refused(RefusalCode.NO_HANDOFF, "nothing was handed over", "case")
    _check_side(state, asked)
    if command.handoff_id != state.handoff_id:
        raise Refused(RefusalCode.HANDOFF_OTHER, "not the current handoff", "handoff_id")
    if isinstance(command, commands.NotifyBenefitStart) and state.benefit_start_on:
        raise Refused(RefusalCode.ALREADY_NOTIFIED, "the start is known", "starts_on")
    if state.stage not in LEGAL_FROM[type(command)]:
        detail = f"{command.NAME} is not possible in state {state.stage.value}"
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, detail)
    return _ANSWERS[type(command)](state, asked, today)


def _check_side(state: Handoff, asked: Asked[Any]) -> None:
    command = asked.command
    printed = isinstance(command, commands.ConfirmDelivery) and (
        command.channel is DeliveryChannel.PRINT
    )
    if isinstance(command, _OF_THE_SENDER) or (printed and asked.agency != state.to_agency):
        if asked.agency != state.from_agency:
            raise Refused(RefusalCode.NOT_THE_SENDER, "only the sender does this", "handoff_id")
    elif asked.agency != state.to_agency:
        raise Refused(RefusalCode.NOT_THE_RECEIVER, "only the receiver answers", "handoff_id")


def about_handoff(state: Handoff) -> dict[str, Any]:
    """What every fact about the current handoff carries."""
    return {
        "handoff_id": state.handoff_id,
        "domain": state.domain,
        "from_agency": state.from_agency,
        "to_agency": state.to_agency,
    }


def earliest(state: Handoff) -> date:
    """The first day on which the receiver can take over.

    Where AsylbLG benefits end by law it is the day after, as casework computed it last; where
    another district takes over or a person is handed back, the day that the sender named; not where
    that was reversed, and somebody else has to take over by then.
    """
    goes_on = state.status == HandoffStatus.REVERSED
    by_law = goes_on or not (state.to_kind == AgencyKind.DISTRICT or state.is_handed_back)
    computed = state.benefits.next_start_on if state.benefits and by_law else None
    return computed or state.effective_on or date.max


def land_of(state: Handoff) -> Land:
    """The Land whose working days count."""
    return land_of_district(state.about.district)


# -- the receiver --------------------------------------------------------------------------------


def _delivered(state: Handoff, asked: Asked[commands.ConfirmDelivery], today: date) -> Fact:
    _check_digest(state, asked.command.sheet_digest)
    return facts.HandoffDelivered(
        **about_handoff(state),
        delivered_on=today,
        channel=asked.command.channel,
        receipt_ref=asked.command.receipt_ref,
        acknowledge_by=deadlines.acknowledge_by(today, land_of(state), state.periods),
        expires_on=deadlines.expires_on(today, state.periods),
    )


def _failed(state: Handoff, asked: Asked[commands.ReportDeliveryFailure], today: date) -> Fact:
    return facts.HandoffDeliveryFailed(
        **about_handoff(state),
        failed_on=today,
        channel=asked.command.channel,
        attempt=state.attempts + 1,
        fault_code=asked.command.fault_code,
        given_up=asked.command.given_up,
    )


def _acknowledged(state: Handoff, asked: Asked[commands.AcknowledgeHandoff], today: date) -> Fact:
    end_on = earliest(state) - timedelta(days=1)
    return facts.HandoffAcknowledged(
        **about_handoff(state),
        acknowledged_on=today,
        unit_ref=asked.command.unit_ref,
        decide_by=deadlines.decide_by(today, end_on, land_of(state), state.periods),
    )


def _asked(state: Handoff, asked: Asked[commands.RequestHandoffInformation], today: date) -> Fact:
    most = state.periods.rounds
    if state.round >= most and asked.role != LEAD:
        raise Refused(RefusalCode.TOO_MANY_ROUNDS, f"after {most} questions a lead asks")
    if asked.command.due_on < today:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "due before it is asked", "due_on")
    return facts.HandoffInformationRequested(
        **about_handoff(state),
        requested_on=today,
        item_codes=asked.command.item_codes,
        due_on=asked.command.due_on,
        round=state.round + 1,
    )


def _accepted(state: Handoff, asked: Asked[commands.AcceptHandoff], today: date) -> Fact:
    command = asked.command
    _check_digest(state, command.sheet_digest)
    if command.effective_on < earliest(state):
        detail = "the sender's benefits have not ended by then; see the handoff's earliest_on"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, "effective_on")
    _check_soon(state, "effective_on", command.effective_on, today)
    return facts.HandoffAccepted(
        **about_handoff(state),
        accepted_on=today,
        effective_on=command.effective_on,
        accepted_digest=command.sheet_digest,
    )


def _rejected(state: Handoff, asked: Asked[commands.RejectHandoff], today: date) -> Fact:
    """Close to the end of the sender's benefits a rejection takes the word of a lead."""
    reason = asked.command.reason_code
    if asked.role != LEAD and _is_near(state, today):
        if state.stage is HandoffStatus.SECOND_LOOK:
            raise Refused(RefusalCode.NEEDS_LEAD, "a lead confirms the rejection")
        return facts.HandoffRejectionProposed(
            **about_handoff(state),
            proposed_on=today,
            reason_code=reason,
            decide_by=deadlines.confirm_by(today, land_of(state), state.periods),
        )
    return facts.HandoffRejected(
        **about_handoff(state),
        rejected_on=today,
        reason_code=reason,
        resubmittable=reason in RESUBMITTABLE,
        suggested_agency=asked.command.suggested_agency,
        next_step=NEXT_STEP[reason],
    )


def _is_near(state: Handoff, today: date) -> bool:
    end_on = earliest(state) - timedelta(days=1)
    return today >= deadlines.second_look_from(end_on, land_of(state), state.periods)


def _forwarded(state: Handoff, asked: Asked[commands.ForwardHandoff], today: date) -> Fact:
    """The sender stays responsible; the day of the first receipt goes with the case."""
    target = asked.command.forwarded_to
    check_competent(state, target, "forwarded_to")
    if target in (*state.chain, state.to_agency, state.from_agency):
        detail = "had it before; who is approached first pays (§ 43 Abs. 1 SGB I)"
        raise Refused(RefusalCode.FORWARD_LOOP, detail, "forwarded_to")
    return facts.HandoffForwarded(
        **about_handoff(state),
        forwarded_on=today,
        reason_code=asked.command.reason_code,
        forwarded_to=target,
        new_handoff_id=asked.new_id,
        first_received_on=state.first_received_on or today,
    )


def check_competent(state: Handoff, agency: str, field: str) -> None:
    """Refuse an agency of a kind that cannot be responsible in the domain: it could not answer.

    Raises:
        Refused: invalid.
    """
    if not can_take_over(state.domain, agency):
        raise Refused(RefusalCode.INVALID, f"not competent for {state.domain.value}", field)


def _pays(state: Handoff, asked: Asked[commands.NotifyBenefitStart], today: date) -> Fact:
    if state.domain is not ResponsibilityDomain.BENEFITS:
        raise Refused(RefusalCode.INVALID, "no benefits are paid in this domain", "domain")
    if asked.command.starts_on < earliest(state):
        detail = "whoever is entitled under the AsylbLG is not under SGB II"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, "starts_on")
    _check_soon(state, "starts_on", asked.command.starts_on, today)
    return facts.BenefitStartNotified(
        **about_handoff(state), notified_on=today, starts_on=asked.command.starts_on
    )


def _check_soon(state: Handoff, name: str, day: date, today: date) -> None:
    """Refuse a day so late that it is a slip: what was accepted or notified is not taken back.

    Raises:
        Refused: implausible-dates.
    """
    latest = add_months(max(earliest(state), today), _MOST_MONTHS_AHEAD)
    if day > latest:
        detail = f"more than {_MOST_MONTHS_AHEAD} months after the first possible day"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, name)


def _check_digest(state: Handoff, digest: str) -> None:
    if digest != state.sheet_digest:
        raise Refused(RefusalCode.DIGEST_DIFFERS, "not the sheet submitted", "sheet_digest")


# -- the sender ----------------------------------------------------------------------------------


def _withdrawn(state: Handoff, asked: Asked[commands.WithdrawHandoff], today: date) -> Fact:
    return facts.HandoffWithdrawn(
        **about_handoff(state), withdrawn_on=today, reason_code=asked.command.reason_code
    )


def _annulled(state: Handoff, asked: Asked[commands.AnnulHandoff], today: date) -> Fact:
    return facts.HandoffAnnulled(
        **about_handoff(state), annulled_on=today, reason_code=asked.command.reason_code
    )


_ANSWERS: dict[type[commands.HandoffCommand], Callable[[Handoff, Any, date], Fact]] = {
    commands.ConfirmDelivery: _delivered,
    commands.ReportDeliveryFailure: _failed,
    commands.AcknowledgeHandoff: _acknowledged,
    commands.RequestHandoffInformation: _asked,
    commands.AcceptHandoff: _accepted,
    commands.RejectHandoff: _rejected,
    commands.ForwardHandoff: _forwarded,
    commands.NotifyBenefitStart: _pays,
    commands.WithdrawHandoff: _withdrawn,
    commands.AnnulHandoff: _annulled,
}
