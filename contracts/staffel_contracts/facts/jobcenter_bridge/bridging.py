"""What jobcenter_bridge says about days that two benefits cover, or that are to be bridged."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import BridgingInstrument, OverlapCause, OverlapSeverity
from staffel_contracts.fact import Fact, Ref, Weight


class CoverageOverlapDetected(Fact):
    """Two benefits cover the days from ``from_on`` to ``to_on``; nobody is paid twice unnoticed.

    It is an alarm and claims nothing back; what follows is reimbursement between the agencies
    (§ 107 SGB X), not a demand on the person.
    """

    WEIGHT: ClassVar[Weight] = Weight.DECISION
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "§§ 104, 107 SGB X"
    VALID_ON: ClassVar[str | None] = "from_on"

    from_on: date
    to_on: date
    detected_on: date
    severity: OverlapSeverity
    cause_code: OverlapCause


class BridgingFact(Fact):
    """What every fact about one way to bridge days without cover carries."""

    BASE: ClassVar[bool] = True
    WEIGHT: ClassVar[Weight] = Weight.DECISION
    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "§§ 42, 43 SGB I, § 41a SGB II"

    bridging_ref: Ref
    instrument: BridgingInstrument
    agency: Ref
    """The agency that is asked for it, or that grants it."""


class BridgingRequested(BridgingFact):
    """The person, or an agency for them, asked for money for the days before the benefit runs.

    On request an advance must be paid within one calendar month (§ 42 Abs. 1 S. 2 SGB I); where
    competence is disputed, the agency approached first pays (§ 43 Abs. 1 SGB I).
    """

    VALID_ON: ClassVar[str | None] = "requested_on"

    requested_on: date
    due_on: date
    """The last day on which payment must begin."""


class BridgingGranted(BridgingFact):
    """The agency covers the days from ``from_on`` to ``to_on``, both included, in advance."""

    VALID_ON: ClassVar[str | None] = "from_on"

    granted_on: date
    from_on: date
    to_on: date
