"""Domains that pass by consent only: a handoff ends with the consent that it rests on.

One that was submitted is withdrawn, one that was not waits for a new consent, as the sender's work.
"""

from datetime import date, timedelta
from typing import NamedTuple

from services.jobcenter_bridge.answers import about_handoff
from services.jobcenter_bridge.state import AT_REST, UNDECIDED, Handoff
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


class Waiting(NamedTuple):
    """A handoff that was prepared and not submitted, and the day on which its consent is over."""

    handoff_id: str
    to_agency: str | None
    over_on: date

    @property
    def step(self) -> str:
        """The step of the ladder that is reached on that day."""
        return f"consent-{self.over_on}-{self.handoff_id}"[:64]


def waiting(state: Handoff) -> Waiting | None:
    """The draft, or the sheet that came too late, that takes a consent to be submitted."""
    known = state.benefits
    if known is None or HandoffStatus(state.status) not in AT_REST:
        return None
    handoff_id, to_agency = known.draft_id, known.draft_to
    if not state.is_drafted:
        if known.sheet_ref in (None, state.submitted_sheet):
            return None
        handoff_id, to_agency = known.sheet_handoff or known.sheet_ref, known.to_agency
    over = over_on(state, to_agency)
    return Waiting(handoff_id, to_agency, over) if handoff_id and over else None


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
