"""What every command about a case carries."""

from typing import ClassVar

from staffel_contracts.access import Scope
from staffel_contracts.command import Command
from staffel_contracts.fact import Ref


class CaseCommand(Command):
    """What every command about a case carries."""

    BASE: ClassVar[bool] = True
    SCOPE: ClassVar[Scope | None] = Scope.CASE
    case: Ref
