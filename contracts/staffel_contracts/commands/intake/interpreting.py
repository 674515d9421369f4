"""What intake is asked about the language that a person needs."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import ACCOMPANY, Roles
from staffel_contracts.codes import AgencyKind, InterpreterMode
from staffel_contracts.command import DISTRICT
from staffel_contracts.commands.intake.person import PersonCommand
from staffel_contracts.fact import Language


class RecordInterpreterNeed(PersonCommand):
    """Record in which language and how the person is to be spoken to."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = ACCOMPANY
    LEADS_TO: ClassVar[tuple[str, ...]] = ("interpreter-need-recorded",)

    language_code: Language
    mode: InterpreterMode
    recorded_on: date
