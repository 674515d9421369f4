"""What casework says about case conferences."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import ConferenceAction, ConferenceRole
from staffel_contracts.fact import Fact, Ref


class CaseConferenceFact(Fact):
    """What every fact about one case conference carries; the person consented to it."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 67b SGB X"
    SINCE: ClassVar[str] = "0.2.0"

    conference_ref: Ref
    consent_ref: Ref


class CaseConferenceScheduled(CaseConferenceFact):
    """Those who work with the person meet, with the person's consent."""

    VALID_ON: ClassVar[str | None] = "on"

    on: date
    participants: tuple[ConferenceRole, ...]


class CaseConferenceHeld(CaseConferenceFact):
    """The conference took place; what was said is not told."""

    VALID_ON: ClassVar[str | None] = "held_on"

    held_on: date
    participants: tuple[ConferenceRole, ...]


class CaseConferenceActionAgreed(CaseConferenceFact):
    """The conference agreed on who does what until when."""

    VALID_ON: ClassVar[str | None] = "agreed_on"

    agreed_on: date
    action_code: ConferenceAction
    owner: ConferenceRole
    due_on: date
