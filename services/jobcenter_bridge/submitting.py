"""How a sheet that was completed is submitted: whose it is, what it replaces, what forbids it."""

from datetime import date, timedelta
from typing import NamedTuple

from services.chassis.decider import Directory, Refused
from services.jobcenter_bridge import consenting
from services.jobcenter_bridge.answers import about_handoff
from services.jobcenter_bridge.copies import Benefits
from services.jobcenter_bridge.state import MOVED, OVER, UNDECIDED, Handoff
from staffel_contracts.codes import AgencyKind, HandoffStatus, RefusalCode, WithdrawReason
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import EntitlementEndWithdrawn
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffSubmitted,
    HandoffWithdrawn,
)


class Now(NamedTuple):
    """The legal date, the id for what is created, whether a sheet came in, and the agencies."""

    today: date
    new_id: str
    sheet_came: bool
    directory: Directory


def hand_over(state: Handoff, now: Now) -> Fact | None:
    """A sheet that was completed is submitted, once it is known who is responsible."""
    sheet = state.benefits
    known = (None, state.submitted_sheet)
    if sheet is None or sheet.sheet_ref in known or state.responsible is None:
        return None
    over = consenting.over_on(state, sheet.to_agency)
    if over and over <= now.today:
        return None
    if _replaces_undecided(state, sheet):
        return _superseded(state, sheet, now)
    wrong = _contradiction(state, sheet)
    if wrong is None:
        return _submission(state, sheet, now)
    if now.sheet_came and not _comes_too_late(state, sheet):
        raise wrong
    return None


def _comes_too_late(state: Handoff, sheet: Benefits) -> bool:
    """The handoff that it would replace was accepted meanwhile: the acceptance stands."""
    taken = MOVED | {HandoffStatus.ACCEPTED}
    if state.standing.get("handoff_id") == sheet.replaces_handoff is not None:
        return True
    same = sheet.replaces_handoff == state.handoff_id is not None
    return same and HandoffStatus(state.status) in taken and sheet.from_agency == state.from_agency


def _replaces_undecided(state: Handoff, sheet: Benefits) -> bool:
    undecided = HandoffStatus(state.status) in UNDECIDED and not state.is_standing
    return undecided and (sheet.replaces_handoff, sheet.from_agency) == (
        state.handoff_id,
        state.from_agency,
    )


def _superseded(state: Handoff, sheet: Benefits, now: Now) -> Fact:
    """A new sheet for the same handoff takes it back first; the submission follows."""
    moved = sheet.effective_on != state.effective_on
    reason = WithdrawReason.END_REVISED if moved else WithdrawReason.SHEET_WRONG
    return HandoffWithdrawn(**about_handoff(state), withdrawn_on=now.today, reason_code=reason)


def taken_back(state: Handoff, heard: Fact, today: date) -> list[Fact]:
    """An undecided handoff that rested on an end of benefits which was withdrawn.

    What the receiver accepted already stands; officials decide about it. Who is handed back is so
    all the more.
    """
    if state.is_handed_back or not isinstance(heard, EntitlementEndWithdrawn):
        return []
    rested = state.effective_on == heard.replaces_end_on + timedelta(days=1)
    if not rested or HandoffStatus(state.status) not in UNDECIDED:
        return []
    reason = WithdrawReason.END_REVISED
    return [HandoffWithdrawn(**about_handoff(state), withdrawn_on=today, reason_code=reason)]


def _submission(state: Handoff, sheet: Benefits, now: Now) -> Fact:
    forwarded = state.new_handoff_id if sheet.replaces_handoff else None
    drafted = sheet.sheet_handoff if sheet.sheet_handoff != state.handoff_id else None
    values = {
        # A handoff that was once is never begun again: its sheet gets a handoff of its own.
        "handoff_id": drafted or forwarded or now.new_id,
        "domain": state.domain,
        "from_agency": sheet.from_agency,
        "to_agency": sheet.to_agency,
        "submitted_on": now.today,
        "effective_on": sheet.effective_on,
        "lossfree_on": sheet.lossfree_on,
        "sheet_ref": sheet.sheet_ref,
        "sheet_digest": sheet.sheet_digest,
        "replaces_handoff": sheet.replaces_handoff,
        "first_received_on": _first_received(state, sheet),
        "ladder": now.directory.periods(sheet.to_agency or ""),
    }
    if sheet.to_kind == AgencyKind.JOBCENTER:
        return HandedToJobcenter.model_validate(values)
    return HandoffSubmitted.model_validate(values | {"to_kind": AgencyKind(sheet.to_kind)})


def _first_received(state: Handoff, sheet: Benefits) -> date | None:
    """Kept along the chain: whatever agency received it first (§ 16 Abs. 2 SGB I).

    A handoff that took effect is the end of its chain: what follows it is applied for anew.
    """
    days = [state.open_application.get("filed_on"), state.request.get("received_on")]
    received = [date.fromisoformat(day) for day in days if day]
    goes_on = HandoffStatus(state.status) not in MOVED
    if goes_on and sheet.replaces_handoff == state.handoff_id and state.first_received_on:
        received.append(state.first_received_on)
    return min(received, default=None)


def _contradiction(state: Handoff, sheet: Benefits) -> Refused | None:
    """At most one handoff is open, and only the responsible agency hands over."""
    status = HandoffStatus(state.status)
    if sheet.to_agency == sheet.from_agency:
        return Refused(RefusalCode.INVALID, "responsible already", "to_agency")
    if status not in OVER | MOVED or state.is_standing:
        return Refused(RefusalCode.HANDOFF_OPEN, f"state {state.status}", "sheet_ref")
    fresh = status in MOVED and sheet.replaces_handoff is None
    if sheet.replaces_handoff != state.handoff_id and not fresh:
        return Refused(RefusalCode.HANDOFF_OTHER, "not the last handoff", "replaces_handoff")
    if sheet.from_agency != state.responsible:
        return Refused(RefusalCode.NOT_RESPONSIBLE, "another agency is", "from_agency")
    return None
