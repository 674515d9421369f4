"""What every command has in common: a name, the service that decides it, and who may send it."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from staffel_contracts.codes import AgencyKind
from staffel_contracts.naming import kebab


class Command(BaseModel):
    """A wish, in the imperative, that one service decides about.

    The same class serves HTTP and NATS. Unknown fields are refused. It is sent with an idempotency
    key: the same key again gives the first answer, the same key with another body is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    NAME: ClassVar[str] = ""
    SERVICE: ClassVar[str] = ""
    MAY: ClassVar[frozenset[AgencyKind]] = frozenset()
    """The kinds of agency that may send it."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        """Name the command on the wire and enter it in the register of commands."""
        if cls.__module__.startswith("staffel_contracts.commands."):
            cls.SERVICE = cls.__module__.rsplit(".", 1)[1]
        cls.NAME = kebab(cls.__name__)
        if cls.SERVICE:
            COMMANDS[cls.NAME] = cls


COMMANDS: dict[str, type[Command]] = {}
"""Every known command class by its name, such as ``accept-handoff``."""
