"""What ends when the district closes a case, and what goes on all the same.

That a case was handed over ends nothing here: whoever is responsible by then answers for the days
that follow. A person who left, died or never was needs nothing from anybody; one who moved away
needs nothing from the district any more, if that is who is responsible.
"""

from datetime import date

from services.jobcenter_bridge import consenting
from services.jobcenter_bridge.state import AT_REST, Handoff
from staffel_contracts.codes import GONE, AgencyKind, CloseReason, HandoffStatus, kind_of

_UNFINISHED = frozenset({HandoffStatus.REJECTED, HandoffStatus.EXPIRED, HandoffStatus.FORWARDED})
"""Nobody took over, and the application has to reach whoever does (§ 16 Abs. 2 S. 1 SGB I)."""


def need_over_on(state: Handoff) -> date | None:
    """From which day on the person needs nothing from any agency here, as the district says."""
    known = state.benefits
    if known is None or known.closed_on is None:
        return None
    moved = known.close_reason == CloseReason.MOVED_AWAY and _is_the_districts(state)
    return known.closed_on if moved or _is_gone(state) else None


def is_closed(state: Handoff) -> bool:
    """Whether the case was closed and nobody has anything left to do.

    A handoff under way is always somebody's work; so is whatever is begun for a person who is said
    to be gone, and for one who moved away whatever has not reached the next agency.
    """
    over_on = need_over_on(state)
    if over_on is None or HandoffStatus(state.status) not in AT_REST or state.is_standing:
        return False
    if _is_gone(state):
        return not any(day >= over_on for day in _begun(state))
    waits = state.is_drafted or state.request or consenting.waiting(state)
    return not waits and HandoffStatus(state.status) not in _UNFINISHED


def _is_gone(state: Handoff) -> bool:
    return state.benefits is not None and state.benefits.close_reason in GONE


def _is_the_districts(state: Handoff) -> bool:
    return kind_of(state.responsible or "") is AgencyKind.DISTRICT


def _begun(state: Handoff) -> list[date]:
    """When what waits was drafted or asked for."""
    drafted_on = state.benefits.drafted_on if state.is_drafted and state.benefits else None
    requested_on = state.request.get("requested_on")
    days = (drafted_on, requested_on and date.fromisoformat(requested_on))
    return [day for day in days if day]
