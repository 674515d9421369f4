"""The handoff beside the current one, which that reverses: it stands, or may yet go on."""

from dataclasses import fields
from datetime import date
from typing import Any

from services.chassis.replacing import replace
from services.jobcenter_bridge.state import OVER, Handoff
from staffel_contracts.codes import HandoffStatus

KEPT = (
    "responsible", "responsible_since", "last_district", "submitted_sheet", "application",
    "later_applications", "answered_on", "coverage", "left_district_on", "asylbens_to", "bridging",
    "gaps", "overlaps", "records", "admission", "benefits",
)  # fmt: skip
"""What belongs to the case, whichever handoff is the current one."""
_OWN = tuple(one.name for one in fields(Handoff) if one.name not in (*KEPT, "key", "standing"))
"""What is a handoff's own."""
_DAYS = ("_on", "_by")


def beside(state: Handoff) -> dict[str, Any]:
    """What is handed back: accepted, it stands until its day; in effect, it may yet go on.

    It is the current handoff, or the one that was handed back before, and nobody took back.
    """
    if HandoffStatus(state.status) in (HandoffStatus.ACCEPTED, HandoffStatus.IN_EFFECT):
        return set_aside(state)
    return state.standing if state.is_standing or _may_go_on(state) else {}


def _may_go_on(state: Handoff) -> bool:
    """Whether handing back what was taken over came to nothing: nobody has it in hand."""
    taken = state.standing.get("status") == HandoffStatus.IN_EFFECT
    return taken and HandoffStatus(state.status) in OVER - {HandoffStatus.FORWARDED}


def going_on(state: Handoff, handoff_id: str) -> Handoff:
    """The state with a handoff as the current one again, if that was taken over and may go on."""
    same = state.standing.get("handoff_id") == handoff_id
    return standing(state) if same and _may_go_on(state) else state


def set_aside(state: Handoff) -> dict[str, Any]:
    """The current handoff's own fields, to be kept beside the one that reverses it."""
    own = ((name, getattr(state, name)) for name in _OWN)
    return {name: one.isoformat() if isinstance(one, date) else one for name, one in own}


def standing(state: Handoff) -> Handoff:
    """The state with what was accepted as the current handoff, as if none had reversed it."""
    own: dict[str, Any] = {
        name: date.fromisoformat(one) if one and name.endswith(_DAYS) else one
        for name, one in state.standing.items()
    }
    return replace(state, standing={}, **own)
