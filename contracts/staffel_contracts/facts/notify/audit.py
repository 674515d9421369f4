"""What notify says about proofs: checkpoints of logs, and replays that agreed or did not.

No person is in them; a finding names places in a log.
"""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import PersonalData, ReplayFinding, Retention, Status
from staffel_contracts.fact import Digest, Fact, Ref, Weight


class AuditFact(Fact):
    """What every fact about a stretch of a log carries; both ends are included."""

    BASE: ClassVar[bool] = True
    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.PROOF
    STATUS: ClassVar[Status] = Status.PLANNED
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 5 Abs. 2 DSGVO"

    log: Ref
    """The service whose log it is."""
    first_index: int = Field(ge=0)
    last_index: int = Field(ge=0)


class AuditCheckpointSealed(AuditFact):
    """The log up to ``last_index`` was signed; who holds the root can tell any later change."""

    VALID_ON: ClassVar[str | None] = "sealed_on"

    sealed_on: date
    root_hash: Digest
    witnesses: tuple[Ref, ...] = ()
    """The agencies that signed it too."""


class AuditReplayVerified(AuditFact):
    """The log was folded again and gave the same state."""

    VALID_ON: ClassVar[str | None] = "verified_on"

    verified_on: date
    root_hash: Digest


class AuditReplayMismatch(AuditFact):
    """The log was folded again and did not give the same state: somebody has to look at once."""

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    VALID_ON: ClassVar[str | None] = "found_on"

    found_on: date
    finding: ReplayFinding
    at_index: int = Field(ge=0)
    """The first place at which they differ."""
