"""What agencies report about benefits: applied for, decided, and bridged until they run."""

from collections.abc import Callable
from datetime import date
from typing import Any

from services.chassis.decider import Asked, Refused
from services.chassis.legal_calendar import add_months, first_of_month
from services.jobcenter_bridge.recording import check_involved
from services.jobcenter_bridge.state import MOVED, OVER, Handoff
from staffel_contracts.codes import (
    BenefitOutcome,
    BridgingInstrument,
    HandoffStatus,
    RefusalCode,
    RejectReason,
)
from staffel_contracts.command import Command
from staffel_contracts.commands import jobcenter_bridge as commands
from staffel_contracts.fact import Fact
from staffel_contracts.facts import jobcenter_bridge as facts


def report(state: Handoff, asked: Asked[Any], today: date) -> Fact:
    """What a report about benefits says.

    Raises:
        Refused: the agency is not involved, or the dates cannot be true.
    """
    if not _was_asked(state, asked) and not _pays_already(state, asked.agency):
        check_involved(state, asked.agency)
    return REPORTS[type(asked.command)](state, asked, today)


def _was_asked(state: Handoff, asked: Asked[Any]) -> bool:
    """Whether the agency grants what it was asked for; it need not have the handoff.

    Who rejected it pays while competence is disputed, and a district that has handed over goes on.
    """
    grants = isinstance(asked.command, commands.GrantBridging)
    known = state.bridging.get(asked.command.bridging_ref) if grants else None
    return known is not None and known["agency"] == asked.agency


def _pays_already(state: Handoff, agency: str) -> bool:
    """Whether the agency rejected the handoff because the person is in its benefits already."""
    told = state.status == HandoffStatus.REJECTED and agency == state.to_agency
    return told and state.reason_code == RejectReason.ALREADY_WITH_US


def _applied(
    state: Handoff, asked: Asked[commands.RecordJobcenterApplication], today: date
) -> Fact:
    """It reaches back to the first of its month, whoever received it (§ 37 Abs. 2 SGB II)."""
    command = asked.command
    _not_in_future("filed_on", command.filed_on, today)
    known = (state.application, *state.later_applications)
    if any(one.get("ref") == command.application_ref for one in known):
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "it is recorded", "application_ref")
    return facts.JobcenterApplicationFiled(
        **command.model_dump(exclude={"case"}), counts_from=first_of_month(command.filed_on)
    )


def _decided(_: Handoff, asked: Asked[commands.ReportBenefitDecision], today: date) -> Fact:
    command = asked.command
    _not_in_future("decided_on", command.decided_on, today)
    _check_period(command)
    return facts.BenefitDecided(**command.model_dump(exclude={"case"}), agency=asked.agency)


def _check_period(command: commands.ReportBenefitDecision) -> None:
    refused = command.outcome is BenefitOutcome.REFUSED
    if refused and (command.from_on or command.to_on):
        raise Refused(RefusalCode.INVALID, "a refusal has no period", "from_on")
    if not refused and command.from_on is None:
        raise Refused(RefusalCode.INVALID, "a grant begins on a day", "from_on")
    if command.outcome is not BenefitOutcome.GRANTED and command.reason_code is None:
        detail = "a reason is stated unless it was granted (§ 41a Abs. 2 SGB II)"
        raise Refused(RefusalCode.INVALID, detail, "reason_code")
    if command.from_on and command.to_on and command.to_on < command.from_on:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before from_on", "to_on")


def _bridging_asked(state: Handoff, asked: Asked[commands.RequestBridging], today: date) -> Fact:
    """Payment begins within one calendar month (§ 42 Abs. 1 S. 2, § 43 Abs. 1 S. 2 SGB I)."""
    command = asked.command
    _not_in_future("requested_on", command.requested_on, today)
    if command.bridging_ref in state.bridging:
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "it is known", "bridging_ref")
    return facts.BridgingRequested(
        bridging_ref=command.bridging_ref,
        instrument=command.instrument,
        agency=payer(state, command.instrument),
        requested_on=command.requested_on,
        due_on=add_months(command.requested_on, 1),
    )


def payer(state: Handoff, instrument: BridgingInstrument) -> str:
    """The agency that is asked: for AsylbLG the district, otherwise who has the handoff or took it.

    For AsylbLG that is the district that was responsible last. Where competence is disputed, the
    agency approached first pays (§ 43 Abs. 1 SGB I), whoever was asked after it.
    """
    if instrument is BridgingInstrument.ASYLBENS_CONTINUED:
        return state.last_district or state.responsible or ""
    disputed = instrument is BridgingInstrument.PROVISIONAL_S43
    has_it = HandoffStatus(state.status) not in OVER
    if disputed and state.first_asked and HandoffStatus(state.status) not in MOVED:
        return state.first_asked
    return (state.to_agency if has_it or disputed else None) or state.responsible or ""


def _bridged(state: Handoff, asked: Asked[commands.GrantBridging], today: date) -> Fact:
    command = asked.command
    known = state.bridging.get(command.bridging_ref)
    if known and known.get("granted"):
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "it was granted", "bridging_ref")
    if known and known["agency"] != asked.agency:
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "another agency was asked", "bridging_ref")
    if known and known["instrument"] != command.instrument:
        raise Refused(RefusalCode.INVALID, "something else was asked for", "instrument")
    _not_in_future("granted_on", command.granted_on, today)
    if command.to_on < command.from_on:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before from_on", "to_on")
    return facts.BridgingGranted(**command.model_dump(exclude={"case"}), agency=asked.agency)


def _not_in_future(name: str, day: date, today: date) -> None:
    if day > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", name)


REPORTS: dict[type[Command], Callable[[Handoff, Any, date], Fact]] = {
    commands.RecordJobcenterApplication: _applied,
    commands.ReportBenefitDecision: _decided,
    commands.RequestBridging: _bridging_asked,
    commands.GrantBridging: _bridged,
}
