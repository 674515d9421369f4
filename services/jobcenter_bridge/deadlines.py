"""The agreed periods of a handoff: until when it is submitted, taken up, decided and answered.

They are service levels, not law; the periods of law keep running beside them. ``end_on`` is always
the last day of the sender's benefits.
"""

from datetime import date, timedelta

from services.chassis.legal_calendar import Land, add_working_days

SUBMIT_DAYS_BEFORE_END = 21
WORKING_DAYS_TO_ACKNOWLEDGE = 3
WORKING_DAYS_TO_DECIDE = 10
WORKING_DAYS_LEFT_AFTER_DECISION = 5
DAYS_TO_ANSWER = 14


def effective_on(end_on: date) -> date:
    """Return the day on which the receiver takes over: the day after the sender's last."""
    return end_on + timedelta(days=1)


def submit_by(end_on: date) -> date:
    """Return the day by which a handoff is submitted, three weeks before the end."""
    return end_on - timedelta(days=SUBMIT_DAYS_BEFORE_END)


def acknowledge_by(delivered_on: date, land: Land) -> date:
    """Return the day by which a unit of the receiver takes up what was delivered."""
    return add_working_days(delivered_on, WORKING_DAYS_TO_ACKNOWLEDGE, land)


def decide_by(acknowledged_on: date, end_on: date, land: Land) -> date:
    """Return the day by which the receiver accepts, rejects or forwards.

    Some working days before the end must be left to act upon it; but the receiver always has the
    working day after the acknowledgement, however late that came.
    """
    in_time = add_working_days(acknowledged_on, WORKING_DAYS_TO_DECIDE, land)
    latest = add_working_days(end_on, -WORKING_DAYS_LEFT_AFTER_DECISION, land)
    earliest = add_working_days(acknowledged_on, 1, land)
    return max(earliest, min(in_time, latest))


def expires_on(delivered_on: date) -> date:
    """Return the last day for an answer; when it has passed, the handoff has expired.

    An expired handoff stays open work of the sender, who stays responsible.
    """
    return delivered_on + timedelta(days=DAYS_TO_ANSWER)
