"""How a handoff begins other than by a sheet: the receiver asks for it, or hands a person back."""

from datetime import date
from typing import Any

from services.chassis.decider import Asked, Refused
from services.chassis.legal_calendar import add_months
from services.jobcenter_bridge import consenting, deadlines
from services.jobcenter_bridge.answers import check_competent, land_of
from services.jobcenter_bridge.state import MOVED, OVER, Handoff
from staffel_contracts.codes import AgencyKind, HandoffStatus, RefusalCode
from staffel_contracts.commands.jobcenter_bridge import HandBackToDistrict, RequestHandoff
from staffel_contracts.domains import BY_CONSENT
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import HandedBackToDistrict, HandoffRequested
from staffel_contracts.ladder import Ladder
from staffel_contracts.sheet import sheet_digest

_MOST_MONTHS_AHEAD = 12
"""A change of law is planned ahead; a later day is a slip of the pen."""


def begin(state: Handoff, asked: Asked[Any], today: date) -> Fact:
    """What asking for a person, or handing one back, says.

    Raises:
        Refused: nobody is responsible yet, a handoff is open, or it is not for this agency.
    """
    if state.responsible is None:
        raise Refused(RefusalCode.NOT_FOUND, "no such case", "case")
    handing_back = isinstance(asked.command, HandBackToDistrict)
    if handing_back and asked.agency not in (state.responsible, state.taker):
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "another agency is", "case")
    takes_back = handing_back and asked.agency == state.taker
    if not (_may_take_back(state) if takes_back else _may_begin(state)):
        # Whoever asks for a person learns that it waits elsewhere, and not how far that is.
        known = asked.agency in (state.responsible, state.to_agency)
        raise Refused(RefusalCode.HANDOFF_OPEN, f"state {state.status}" if known else "", "case")
    if isinstance(asked.command, RequestHandoff):
        return _request(state, asked, today)
    return _hand_back(state, asked, today)


def _may_begin(state: Handoff) -> bool:
    return HandoffStatus(state.status) in OVER | MOVED and not state.is_standing


def _may_take_back(state: Handoff) -> bool:
    """What was accepted, unless that is being decided about already."""
    if state.is_standing:
        return HandoffStatus(state.status) in OVER
    return state.status == HandoffStatus.ACCEPTED


def _request(state: Handoff, asked: Asked[RequestHandoff], today: date) -> Fact:
    """The application came here first; asking moves nothing (§ 16 Abs. 2 SGB I)."""
    received_on = asked.command.application_received_on
    if asked.agency == state.responsible:
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "responsible already", "case")
    if received_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "not received yet", "application_received_on")
    if state.request.get("agency") == asked.agency:
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "it was asked for already", "case")
    check_competent(state, asked.agency, "domain")
    agreed = Ladder.model_validate(asked.directory.periods(state.responsible or "") or {})
    return HandoffRequested(
        handoff_id=asked.new_id,
        domain=state.domain,
        from_agency=state.responsible or "",
        to_agency=asked.agency,
        requested_on=today,
        application_received_on=received_on,
        answer_by=deadlines.answer_by(today, land_of(state), agreed),
    )


def _hand_back(state: Handoff, asked: Asked[HandBackToDistrict], today: date) -> Fact:
    """A new handoff in the other direction; the district decides about it as about any other."""
    command, target = asked.command, _taken_back_by(state, asked)
    over = consenting.over_on(state, target)
    if state.domain in BY_CONSENT and (over is None or over <= today):
        raise Refused(RefusalCode.CONSENT_MISSING, "the person has not consented", "to_agency")
    _check_day(state, command.effective_on, today)
    agreed = asked.directory.periods(target)
    standing = state.standing["handoff_id"] if state.is_standing else None
    reverses = standing or state.handoff_id
    said = {
        "case": state.case_id,
        "cause": command.cause.value,
        "effective_on": command.effective_on.isoformat(),
        "reverses_handoff": reverses or "",
    }
    return HandedBackToDistrict(
        handoff_id=asked.new_id,
        domain=state.domain,
        from_agency=asked.agency,
        to_agency=target,
        handed_back_on=today,
        effective_on=command.effective_on,
        cause=command.cause,
        reverses_handoff=reverses,
        sheet_digest=sheet_digest(said),
        ladder=Ladder.model_validate(agreed) if agreed else None,
    )


def _taken_back_by(state: Handoff, asked: Asked[HandBackToDistrict]) -> str:
    """The district that is to have the person again: before the takeover, the one that has them.

    Raises:
        Refused: invalid.
    """
    named, admitted = asked.command.to_agency, state.admission.agency if state.admission else None
    target = named or (state.responsible if state.taker else admitted)
    if target is None or not target.startswith(f"{AgencyKind.DISTRICT.value}-"):
        raise Refused(RefusalCode.INVALID, "no district", "to_agency")
    if target == asked.agency:
        raise Refused(RefusalCode.INVALID, "the person is there already", "to_agency")
    if state.taker and target != state.responsible:
        detail = "until the takeover only to the sender: hand on from the day of the takeover on"
        raise Refused(RefusalCode.INVALID, detail, "to_agency")
    return target


def _check_day(state: Handoff, effective_on: date, today: date) -> None:
    """The first day back: not before the own responsibility, and soon enough to be no slip.

    Raises:
        Refused: implausible-dates.
    """
    if state.takeover_on and effective_on < state.takeover_on:
        detail = "before the day of the takeover: until then the sender is responsible anyway"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, "effective_on")
    if state.responsible_since and effective_on <= state.responsible_since:
        detail = "not after the day of the own responsibility"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, "effective_on")
    latest = add_months(max(today, state.takeover_on or today), _MOST_MONTHS_AHEAD)
    if effective_on > latest:
        detail = f"more than {_MOST_MONTHS_AHEAD} months from today"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, "effective_on")
