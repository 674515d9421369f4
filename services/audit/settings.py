"""The settings of the audit process, from the environment (``STAFFEL_…``)."""

from pathlib import Path

from pydantic import Field

from services.chassis.settings import ProcessSettings


class AuditSettings(ProcessSettings):
    """What audit needs besides: no database and no key but its own NATS password."""

    archive: Path = Field(examples=["/var/lib/staffel/archive"])
    """The folder that every log is kept in."""
    policy: Path = Field(examples=["/etc/staffel/policy"])
    """Which logs and witnesses are trusted, and how many of these (C2SP tlog-policy)."""
    keep_seconds: float = Field(default=10.0, gt=0, examples=["10"])
    """How often a checkpoint is taken to the witnesses and kept, at most, while a log grows."""
