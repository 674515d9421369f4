"""What casework says about the guides of a case."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import GuideKind
from staffel_contracts.fact import Fact, Ref


class GuideFact(Fact):
    """What every fact about the guide of a case carries."""

    BASE: ClassVar[bool] = True
    BASIS: ClassVar[str] = "§ 78 SGB X"
    SINCE: ClassVar[str] = "0.2.0"

    guide_ref: Ref
    guide_kind: GuideKind


class GuideAssigned(GuideFact):
    """A guide accompanies the person; guides pledged confidentiality."""

    VALID_ON: ClassVar[str | None] = "assigned_on"

    assigned_on: date


class GuideChanged(GuideFact):
    """Another guide accompanies the person from now on."""

    VALID_ON: ClassVar[str | None] = "changed_on"

    changed_on: date
