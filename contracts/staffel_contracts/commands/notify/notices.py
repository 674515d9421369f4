"""What notify is asked: how sending a notice went, and that a letter was handed over."""

from typing import ClassVar

from pydantic import Field

from staffel_contracts.access import ACCOMPANY, Roles, Scope
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import NOBODY, TAKES_OVER, Command
from staffel_contracts.fact import Ref


class RecordNoticeOutcome(Command):
    """The mailer reports an attempt. No agency may send it."""

    MAY: ClassVar[frozenset[AgencyKind]] = NOBODY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("notice-sent", "notice-failed")

    case: Ref
    notice_id: Ref
    channel: Ref
    attempt: int = Field(ge=1)
    error: Ref | None = None


class RecordLetterHandedOver(Command):
    """Record that the person was given a letter."""

    MAY: ClassVar[frozenset[AgencyKind]] = TAKES_OVER
    ROLES: ClassVar[Roles] = ACCOMPANY
    SCOPE: ClassVar[Scope | None] = Scope.OWN
    LEADS_TO: ClassVar[tuple[str, ...]] = ("letter-handed-over",)

    case: Ref
    letter_id: Ref
