"""What intake says about the language that a person needs."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import InterpreterMode
from staffel_contracts.fact import Fact, Language


class InterpreterNeedRecorded(Fact):
    """The person needs an interpreter, for this language and in this way."""

    BASIS: ClassVar[str] = "§ 17 AsylG"
    VALID_ON: ClassVar[str | None] = "recorded_on"
    SINCE: ClassVar[str] = "0.2.0"

    language_code: Language
    mode: InterpreterMode
    recorded_on: date
