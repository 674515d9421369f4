"""What notify is asked: by its own mailer, how sending a notice went."""

from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import NOBODY, Command
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
