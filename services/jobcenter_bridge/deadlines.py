"""The agreed periods of a handoff as days: until when it is taken up, decided and answered.

They are service levels, not law; the periods of law keep running beside them. ``end_on`` is always
the last day of the sender's benefits.
"""

from datetime import date, timedelta

from services.chassis.legal_calendar import Land, add_working_days
from staffel_contracts.ladder import Ladder

USUAL = Ladder()
"""Where nothing else was agreed."""


def effective_on(end_on: date) -> date:
    """Return the day on which the receiver takes over: the day after the sender's last."""
    return end_on + timedelta(days=1)


def submit_by(end_on: date, days: int = USUAL.submit_days_before_end) -> date:
    """Return the day by which a handoff is submitted, usually three weeks before the end."""
    return end_on - timedelta(days=days)


def answer_by(requested_on: date, land: Land, agreed: Ladder = USUAL) -> date:
    """Return the day by which an agency that is asked for a person answers."""
    return add_working_days(requested_on, agreed.answer_request_working_days, land)


def acknowledge_by(delivered_on: date, land: Land, agreed: Ladder = USUAL) -> date:
    """Return the day by which a unit of the receiver takes up what was delivered."""
    return add_working_days(delivered_on, agreed.acknowledge_working_days, land)


def decide_by(acknowledged_on: date, end_on: date, land: Land, agreed: Ladder = USUAL) -> date:
    """Return the day by which the receiver accepts, rejects or forwards.

    Some working days before the end must be left to act upon it; but the receiver always has the
    working day after the acknowledgement, however late that came.
    """
    in_time = add_working_days(acknowledged_on, agreed.decide_working_days, land)
    latest = add_working_days(end_on, -agreed.decided_before_end_working_days, land)
    earliest = add_working_days(acknowledged_on, 1, land)
    return max(earliest, min(in_time, latest))


def expires_on(delivered_on: date, agreed: Ladder = USUAL) -> date:
    """Return the last day for an answer; when it has passed, the handoff has expired.

    An expired handoff stays open work of the sender, who stays responsible.
    """
    return delivered_on + timedelta(days=agreed.expiry_days)


def second_look_from(end_on: date, land: Land, agreed: Ladder = USUAL) -> date:
    """Return the day from which a rejection takes the consent of a lead."""
    return add_working_days(end_on, -agreed.second_look_working_days, land)


def confirm_by(proposed_on: date, land: Land, agreed: Ladder = USUAL) -> date:
    """Return the day by which a lead has looked at a rejection that was proposed."""
    return add_working_days(proposed_on, agreed.confirm_working_days, land)
