"""What notify knows of a case: which agencies are involved, and its notices."""

from dataclasses import dataclass, field, replace
from typing import Any

from services.chassis.decider import About, Heard
from staffel_contracts.facts.intake import PersonAdmitted
from staffel_contracts.facts.jobcenter_bridge import HandedToJobcenter


@dataclass(frozen=True, slots=True)
class Origin:
    """What intake said: whose case it is."""

    case_id: str
    person_id: str | None = None
    district: str = ""
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Receiver:
    """What the bridge said: to whom the case was handed."""

    case_id: str
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class CaseNotices:
    """A case and its notices that are under way."""

    case_id: str
    notices: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By notice id: template, recipient, cause, status and attempts."""
    origin: Origin | None = None
    receiver: Receiver | None = None

    @property
    def about(self) -> About:
        """The case, the person whose key seals, and the district: as intake said."""
        if self.origin is None:
            return About(None, None, "")
        return About(self.case_id, self.origin.person_id, self.origin.district)


def evolve_origin(copy: Origin, heard: Heard[Any]) -> Origin:
    """Keep whose case it is."""
    if not isinstance(heard.fact, PersonAdmitted):
        return copy
    return replace(copy, person_id=heard.person, district=heard.district, agency=heard.fact.agency)


def evolve_receiver(copy: Receiver, heard: Heard[Any]) -> Receiver:
    """Keep to whom the case was handed."""
    if not isinstance(heard.fact, HandedToJobcenter):
        return copy
    return replace(copy, agency=heard.fact.to_agency)
