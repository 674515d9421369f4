"""What notify says about notices."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import (
    LetterTemplate,
    NoticeTemplate,
    RecipientKind,
    Status,
    SuppressReason,
)
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


class NoticeDelivered(Fact):
    """The notice reached its recipient's mailbox, as far as the other side confirms it."""

    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL
    STATUS: ClassVar[Status] = Status.PLANNED
    SINCE: ClassVar[str] = "0.2.0"
    VALID_ON: ClassVar[str | None] = "delivered_on"

    notice_id: Ref
    delivered_on: date
    channel: Ref


class NoticeSuppressed(Fact):
    """Something happened that would call for a notice, and none was sent, for this reason."""

    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL
    STATUS: ClassVar[Status] = Status.PLANNED
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "§ 67b SGB X"
    VALID_ON: ClassVar[str | None] = "suppressed_on"

    notice_id: Ref
    template: NoticeTemplate
    recipient_kind: RecipientKind
    cause_entry: Ref
    suppressed_on: date
    reason_code: SuppressReason


class LetterFact(Fact):
    """What every fact about a letter to the person carries."""

    BASE: ClassVar[bool] = True
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "§§ 13, 14 SGB I, Art. 13, 14 DSGVO"

    letter_id: Ref


class LetterComposed(LetterFact):
    """The person is to be told, in their language; the agency hands the letter over.

    ``values`` are the dates and agencies that the template names; the text is written when the
    letter is fetched.
    """

    template: LetterTemplate
    language: Ref
    agency: Ref
    cause_entry: Ref
    values: dict[str, str]


class LetterHandedOver(LetterFact):
    """The agency gave the person the letter."""

    VALID_ON: ClassVar[str | None] = "handed_over_on"

    handed_over_on: date


class LetterSuppressed(LetterFact):
    """The letter is not handed over: it is not true any more, or nobody is left to tell."""

    reason_code: SuppressReason
