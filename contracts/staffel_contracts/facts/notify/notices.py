"""What notify says about notices."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import NoticeTemplate
from staffel_contracts.fact import Fact, Ref, Weight


class NoticeComposed(Fact):
    """A notice is due to an agency's mailbox; it carries an id and no content."""

    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL

    notice_id: Ref
    template: NoticeTemplate
    recipient: Ref
    cause_entry: Ref


class NoticeSent(Fact):
    """The mail server (or the maildir) took the notice."""

    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL
    VALID_ON: ClassVar[str | None] = "sent_on"

    notice_id: Ref
    sent_on: date
    channel: Ref
    attempt: int = Field(ge=1)


class NoticeFailed(Fact):
    """The notice could not be sent; it is tried again until ``given_up``."""

    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL

    notice_id: Ref
    attempt: int = Field(ge=1)
    reason: Ref
    given_up: bool
