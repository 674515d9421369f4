"""What has to be reported before a handoff in effect is complete."""

from collections.abc import Callable
from datetime import date

from services.jobcenter_bridge.state import Handoff
from staffel_contracts.codes import ChecklistItem, ResponsibilityDomain


def missing(state: Handoff) -> tuple[ChecklistItem, ...]:
    """What the receiver still owes, in the order of the agreed checklist.

    The checklist is about benefits; a handoff in another domain is complete when it took effect.
    """
    if state.domain is not ResponsibilityDomain.BENEFITS:
        return ()
    return tuple(item for item in state.periods.checklist if not _DONE[item](state))


def benefits_run_from(state: Handoff) -> date | None:
    """The first day of the receiver's benefits, or of its responsibility where none are paid."""
    firsts = [
        date.fromisoformat(one["from_on"])
        for one in state.coverage
        if one["kind"] == "benefits" and one["agency"] == state.to_agency
    ]
    return state.benefit_start_on or min(firsts, default=state.responsible_since)


def _starts(state: Handoff) -> bool:
    return state.benefit_start_on is not None


def _decided(state: Handoff) -> bool:
    return any(
        one["agency"] == state.to_agency and one["ref"] != "notified" for one in state.coverage
    )


def _recorded(lifecycle: str) -> Callable[[Handoff], bool]:
    return lambda state: any(key.startswith(f"{lifecycle}/") for key in state.records)


_DONE: dict[ChecklistItem, Callable[[Handoff], bool]] = {
    ChecklistItem.BENEFIT_START: _starts,
    ChecklistItem.BENEFIT_DECISION: _decided,
    ChecklistItem.FIRST_PAYMENT: _recorded("first-payment"),
    ChecklistItem.HEALTH_COVER: _recorded("health-insurance"),
}
