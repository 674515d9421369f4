"""Domains that pass by consent only: a handoff ends with the consent that it rests on."""

from datetime import date, timedelta

from services.jobcenter_bridge.answers import about_handoff
from services.jobcenter_bridge.state import UNDECIDED, Handoff
from staffel_contracts.codes import HandoffStatus, WithdrawReason
from staffel_contracts.domains import BY_CONSENT
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import HandoffWithdrawn

_DAY = timedelta(days=1)


def over_on(state: Handoff, receiver: str | None) -> date | None:
    """The first day without the consent to hand over to a receiver.

    ``None`` where none is needed, and where none was heard yet: casework saw it, or there would be
    no sheet, and the logs meet in any order.
    """
    kind = BY_CONSENT.get(state.domain)
    given = state.admission.consents.values() if state.admission and kind else ()
    ends = [_end(one) for one in given if (one["kind"], one["recipient"]) == (kind, receiver)]
    return max(ends, default=None)


def _end(consent: dict[str, str]) -> date:
    if "revoked_on" in consent:
        return date.fromisoformat(consent["revoked_on"])
    return date.fromisoformat(consent["valid_to"]) + _DAY


def awaited_end(state: Handoff) -> date | None:
    """The day on which an undecided handoff loses its consent."""
    undecided = HandoffStatus(state.status) in UNDECIDED
    return over_on(state, state.to_agency) if undecided else None


def withdraw(state: Handoff, today: date) -> Fact | None:
    """A handoff that nobody decided about is taken back with the consent (§ 67b Abs. 2 SGB X)."""
    day = awaited_end(state)
    if day is None or today < day:
        return None
    reason = WithdrawReason.CONSENT_ENDED
    return HandoffWithdrawn(**about_handoff(state), withdrawn_on=today, reason_code=reason)
