"""What notify knows of a case: its notices and letters, beside what the others said of it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.chassis.decider import About
from services.notify.copies import Origin, Receiver, Work
from staffel_contracts.codes import AgencyKind, ConsentKind

_OPEN = "district/"


def open_key(district: str) -> str:
    """The key of what was said in a district without a person."""
    return f"{_OPEN}{district}"


@dataclass(frozen=True, slots=True)
class CaseNotices:
    """A case, its notices, and which entries of casework a receiver has seen."""

    case_id: str
    notices: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By notice id: template, recipient, cause, status and attempts."""
    letters: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Letters to the person, by id: template, language, agency, values and status."""
    shown: list[int] = field(default_factory=list)
    """Indices of casework's entries that were disclosed to the receiver of a handoff."""
    origin: Origin | None = None
    work: Work | None = None
    receiver: Receiver | None = None

    def consents(self, agency: str, today: date) -> frozenset[ConsentKind]:
        """What may be told to an agency on this day because the person consented to it."""
        given = self.origin.consents.values() if self.origin else ()
        return frozenset(
            ConsentKind(one["kind"])
            for one in given
            if one["recipient"] == agency and date.fromisoformat(one["valid_to"]) >= today
        )

    @property
    def is_open(self) -> bool:
        """Whether it is no case, but what was said in a district without a person."""
        return self.case_id.startswith(_OPEN)

    @property
    def about(self) -> About:
        """The case, the person whose key seals, and the district: as whoever was heard said."""
        if self.is_open:
            return About(None, None, self.case_id.removeprefix(_OPEN))
        known = self.origin or self.work or self.receiver
        if known is None:
            return About(None, None, "")
        return About(self.case_id, known.person_id, known.district)

    @property
    def first_district(self) -> str:
        """The agency that took the person in."""
        return f"{AgencyKind.DISTRICT.value}-{self.about.district}"

    @property
    def district(self) -> str:
        """The district whose case it is now."""
        return (self.receiver and self.receiver.last_district) or self.first_district
