"""What the others said of a case: copies, each a fold of one log alone.

Three logs are heard, each in its order, but their entries meet in no order that could be relied on.
So each copy knows by itself whose case it is, and keeps what another log may call for later.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from services.chassis.decider import Heard
from services.chassis.replacing import replace
from staffel_contracts.audiences import Place, consent_for, view
from staffel_contracts.codes import GONE, AgencyKind, ResponsibilityDomain, kind_of
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    CaseClosed,
    CaseReopened,
    HandoffInformationSupplied,
    HandoverSheetCompleted,
    SubjectErased,
)
from staffel_contracts.facts.intake import (
    ConsentGiven,
    ConsentRevoked,
    InterpreterNeedRecorded,
    PersonAdmitted,
    PersonCorrected,
)
from staffel_contracts.facts.jobcenter_bridge import (
    HandoffAnnulled,
    HandoffExpired,
    HandoffForwarded,
    HandoffRejected,
    HandoffReversed,
    HandoffSubmission,
    HandoffWithdrawn,
    ResponsibilityChanged,
)

ENDED = (HandoffRejected, HandoffExpired, HandoffForwarded, HandoffWithdrawn, HandoffAnnulled)
"""After these the receiver of a handoff gets nothing more of the case."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What intake said: whose case it is, and what the person consented to."""

    case_id: str
    person_id: str | None = None
    district: str = ""
    consents: dict[str, dict[str, str]] = field(default_factory=dict)
    """By consent, until it is revoked: kind, recipient and valid_to."""
    language: str | None = None
    """The person's language, as last recorded."""


@dataclass(frozen=True, slots=True)
class Work:
    """What casework said: whose case it is, and what of it the receiver of a handoff may see."""

    case_id: str
    person_id: str | None = None
    district: str = ""
    for_receiver: list[dict[str, Any]] = field(default_factory=list)
    """In the order of the log: index, time, handoff where the fact names one, consent that it
    takes, and view."""
    told: list[dict[str, Any]] = field(default_factory=list)
    """Which fields a sheet or an answer holds: ref (of the sheet, or of the handoff that asked),
    codes and time; no values."""
    is_gone: bool = False
    """Whether the case was closed because the person left, died or never was."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """What the bridge said: whose case it is, and to whom it was handed."""

    case_id: str
    person_id: str | None = None
    district: str = ""
    responsible: str | None = None
    agency: str | None = None
    """The receiver of the current handoff, nobody once it is over; whoever hands a person back
    keeps its place until that is accepted."""
    handoff_id: str | None = None
    since: str = ""
    """When the handoff was recorded."""
    last_district: str | None = None
    """The district that was responsible last: the case is its own."""
    moved_at: str = ""
    """When it became so; what was recorded before that is still for the district before it."""
    handed: list[dict[str, str]] = field(default_factory=list)
    """Every handoff there was: agency, handoff and sheet. What was once told is not forgotten."""
    domains: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The same as above of each other domain than benefits: see ``Line``."""

    def line(self, domain: ResponsibilityDomain) -> "Line":
        """Who has the person in a domain, and who is to get them."""
        if domain is ResponsibilityDomain.BENEFITS:
            named = (self.responsible, self.agency, self.handoff_id, self.since)
            return Line(*named, self.last_district)
        return Line(**self.domains.get(domain.value, {}))

    def with_line(self, domain: ResponsibilityDomain, line: "Line") -> "Receiver":
        """The same with another line in a domain."""
        if domain is ResponsibilityDomain.BENEFITS:
            return replace(self, **line._asdict())
        return replace(self, domains=self.domains | {domain.value: line._asdict()})

    def lines(self) -> "Iterator[tuple[ResponsibilityDomain, Line]]":
        """Each domain in which anything was said, with its line."""
        yield ResponsibilityDomain.BENEFITS, self.line(ResponsibilityDomain.BENEFITS)
        for name in sorted(self.domains):
            yield ResponsibilityDomain(name), self.line(ResponsibilityDomain(name))


class Line(NamedTuple):
    """One domain of a person: who is responsible, and the receiver of the current handoff."""

    responsible: str | None = None
    agency: str | None = None
    handoff_id: str | None = None
    since: str = ""
    last_district: str | None = None
    """The district that was responsible last, where it was said."""


def domain_of(fact: Fact) -> ResponsibilityDomain:
    """The domain that a fact speaks of; what names none is about benefits."""
    domain: ResponsibilityDomain = getattr(fact, "domain", ResponsibilityDomain.BENEFITS)
    return domain


Known = TypeVar("Known", Origin, Work, Receiver)


def _whose(copy: Known, heard: Heard[Any]) -> Known:
    if copy.district:
        return copy
    return replace(copy, person_id=heard.person, district=heard.district)


def place_of(heard: Heard[Any]) -> Place:
    """Where what was heard stands."""
    return Place(heard.log, heard.index, heard.case, moment_of(heard))


def moment_of(heard: Heard[Any]) -> str:
    """When what was heard was recorded, as its leaf says; the later one is the greater text."""
    return as_text(heard.time)


def as_text(moment: datetime) -> str:
    """A moment as entries carry it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def evolve_origin(copy: Origin, heard: Heard[Any]) -> Origin:
    """Keep whose case it is, and what the person consents to."""
    copy, fact = _whose(copy, heard), heard.fact
    if isinstance(fact, PersonAdmitted):
        return replace(copy, language=fact.language)
    if isinstance(fact, PersonCorrected):
        return replace(copy, language=fact.language or copy.language)
    if isinstance(fact, InterpreterNeedRecorded):
        return replace(copy, language=fact.language_code)
    if isinstance(fact, ConsentGiven):
        known = {"kind": fact.consent_kind.value, "recipient": fact.recipient}
        known |= {"valid_to": fact.valid_to.isoformat()}
        return replace(copy, consents={**copy.consents, fact.consent_ref: known})
    if isinstance(fact, ConsentRevoked):
        left = {ref: one for ref, one in copy.consents.items() if ref != fact.consent_ref}
        return replace(copy, consents=left)
    return copy


def evolve_work(copy: Work, heard: Heard[Any]) -> Work:
    """Keep whose case it is, and what the receiver of a handoff may see."""
    if isinstance(heard.fact, SubjectErased):
        return copy
    copy = _with_told(_closed(_whose(copy, heard), heard.fact), heard)
    consent = consent_for(type(heard.fact), AgencyKind.JOBCENTER)
    consents = frozenset({consent} if consent else ())
    seen = view(heard.fact, place_of(heard), AgencyKind.JOBCENTER, consents)
    if seen is None or heard.case is None:
        return copy
    entry = {
        "index": heard.index,
        "time": moment_of(heard),
        "handoff": getattr(heard.fact, "handoff_id", None),
        "consent": consent.value if consent else None,
        "view": seen,
    }
    return replace(copy, for_receiver=[*copy.for_receiver, entry])


def _closed(copy: Work, fact: Fact) -> Work:
    if isinstance(fact, CaseClosed):
        return replace(copy, is_gone=fact.reason_code in GONE)
    return replace(copy, is_gone=False) if isinstance(fact, CaseReopened) else copy


def _with_told(copy: Work, heard: Heard[Any]) -> Work:
    fact = heard.fact
    if isinstance(fact, HandoverSheetCompleted):
        ref, codes = fact.sheet_ref, fact.field_codes
    elif isinstance(fact, HandoffInformationSupplied):
        ref, codes = fact.handoff_id, fact.item_codes
    else:
        return copy
    one = {"ref": ref, "codes": [code.value for code in codes], "time": moment_of(heard)}
    return replace(copy, told=[*copy.told, one])


def evolve_receiver(copy: Receiver, heard: Heard[Any]) -> Receiver:
    """Keep whose case it is, who is responsible, and to whom it is handed at present."""
    copy, fact = _whose(copy, heard), heard.fact
    line = copy.line(domain_of(fact))
    if isinstance(fact, HandoffSubmission):
        one = {"agency": fact.to_agency, "handoff": fact.handoff_id, "sheet": fact.sheet_ref}
        copy = replace(copy, handed=[*copy.handed, one])
        begun = line._replace(
            agency=fact.to_agency, handoff_id=fact.handoff_id, since=moment_of(heard)
        )
        return copy.with_line(fact.domain, begun)
    ended = fact.handoff_id if isinstance(fact, ENDED) else None
    if isinstance(fact, HandoffReversed):
        ended = fact.reverses_handoff
    if ended is not None and ended == line.handoff_id:
        return copy.with_line(domain_of(fact), line._replace(agency=None))
    return _moved(copy, fact, heard) if isinstance(fact, ResponsibilityChanged) else copy


def _moved(copy: Receiver, fact: ResponsibilityChanged, heard: Heard[Any]) -> Receiver:
    """Whose case it is follows from benefits alone."""
    line = copy.line(fact.domain)
    agency = None if line.agency == fact.from_agency else line.agency
    line = line._replace(responsible=fact.to_agency, agency=agency)
    if kind_of(fact.to_agency) is AgencyKind.DISTRICT:
        line = line._replace(last_district=fact.to_agency)
        if fact.domain is ResponsibilityDomain.BENEFITS:
            copy = replace(copy, moved_at=moment_of(heard))
    return copy.with_line(fact.domain, line)
