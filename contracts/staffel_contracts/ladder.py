"""The agreed periods of a handoff: who is reminded when, until it is somebody's lead's business."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from staffel_contracts.codes import ChecklistItem

Days = Annotated[int, Field(ge=1, le=366)]


class Ladder(BaseModel):
    """Service levels of one agency; those of the receiver are fixed when a handoff is submitted.

    ``submit_days_before_end`` and ``answer_request_working_days`` are what the agency owes as a
    sender, all others what it owes as a receiver.

    They are agreed, not law; the periods of law keep running beside them. Days are calendar days
    unless they are named working days (of the Land). The end is the last day of the sender's
    benefits.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    submit_days_before_end: Days = 21
    """A handoff is submitted this long before the end."""
    answer_request_working_days: Days = 3
    """From the day on which another agency asks for a person until it is answered."""
    receipt_days: Days = 3
    """From the submission to the technical receipt."""
    acknowledge_working_days: Days = 3
    """From the delivery until a unit takes the handoff up."""
    decide_working_days: Days = 10
    """From then on until the decision."""
    decided_before_end_working_days: Days = 5
    """The decision leaves this many working days before the end, where that is possible."""
    second_look_working_days: Days = 10
    """So close to the end a rejection takes the consent of a lead."""
    confirm_working_days: Days = 1
    """From a rejection that was proposed until the lead has looked."""
    rounds: Annotated[int, Field(ge=1, le=20)] = 2
    """So many questions are asked; for another one it takes a lead."""
    follow_working_days: Days = 1
    """From the day on which nobody took over until the sender's next step (§ 16 Abs. 2 SGB I)."""
    lead_days: Days = 10
    """Undecided this long before the end, it is the lead's."""
    heads_days: Days = 3
    """Undecided this long before the end, it is the business of the heads of both offices."""
    expiry_days: Days = 14
    """Not taken up for this long, it has expired."""
    complete_days: Days = 28
    """From the day that the receiver takes over until everything on the checklist is reported."""
    notice_attempts: Annotated[int, Field(ge=1, le=1000)] = 36
    """So often a mail to the agency is tried, with pauses that grow to an hour; then given up."""
    checklist: tuple[ChecklistItem, ...] = (ChecklistItem.BENEFIT_START,)
    """What has to be reported before the handoff is complete."""
