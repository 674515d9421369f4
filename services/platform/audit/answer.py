"""The answer to a person who asks what is held about them (Art. 15 DSGVO, § 83 SGB X)."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from services.chassis.legal_calendar import legal_date
from services.platform.audit.disclosures import Access, Disclosure, group_label
from services.platform.audit.following import Step
from services.platform.audit.persons import Known
from staffel_contracts.codes import AccessPurpose, Code, kind_of
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.facts.notify import EntryDisclosed
from staffel_contracts.labels import fact_label, field_label
from staffel_contracts.processing import PURPOSES_DE

RIGHTS = (
    "Berichtigung falscher, Vervollständigung unvollständiger Angaben (Art. 16 DSGVO, § 84 SGB X)",
    "Löschung, soweit die Angaben nicht mehr gebraucht werden (Art. 17 DSGVO, § 84 SGB X)",
    "Einschränkung der Verarbeitung (Art. 18 DSGVO, § 84 SGB X)",
    "Mitteilung von Berichtigung, Löschung und Einschränkung an alle Empfänger (Art. 19 DSGVO)",
    "Widerspruch aus Gründen Ihrer besonderen Situation (Art. 21 DSGVO, § 84 SGB X)",
    "Widerruf einer Einwilligung für die Zukunft (Art. 7 Abs. 3 DSGVO, § 67b Abs. 2 SGB X)",
    "Beschwerde bei der Aufsichtsbehörde für den Datenschutz (Art. 77 DSGVO, § 81 SGB X)",
)
"""What every answer tells of (Art. 15 Abs. 1 lit. e, f DSGVO)."""
DECIDED_BY_PEOPLE = (
    "Über Leistungen und Zuständigkeit entscheiden Menschen. Fristen werden nach veröffentlichten"
    " Regeln berechnet; eine automatisierte Entscheidung im Einzelfall gibt es nicht (Art. 22"
    " DSGVO)."
)


_OURS = frozenset(PURPOSES_DE)
_OF_OTHERS = frozenset({"member_refs", "other_case"})
"""Fields that name other persons: the answer must not tell of them (Art. 15 Abs. 4 DSGVO)."""
_UNNAMED = "eine Stelle"
"""Where a log was brought back from the archive, the agency that asked is not known any more."""


@dataclass(frozen=True)
class Held:
    """One entry: what is held, since when, from whom, on which basis and for how long."""

    entry: str
    recorded: str
    valid_on: str | None
    what: str
    what_en: str
    meaning: str
    source: str
    basis: str
    kept: str
    values: tuple[tuple[str, str], ...]
    """Field by field: its German name and the value as people write it."""
    data: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Everything that Art. 15 asks for, for one person."""

    as_of: str
    cases: tuple[str, ...]
    file_reference: str | None
    held: tuple[Held, ...]
    erased: int
    disclosures: tuple[Disclosure, ...]
    reads: tuple[Access, ...]
    purposes: tuple[dict[str, Any], ...]
    rights: tuple[str, ...] = RIGHTS
    automated: str = DECIDED_BY_PEOPLE

    @property
    def recipients(self) -> tuple[str, ...]:
        """The agencies to which data went, or that read it (Art. 15 Abs. 1 lit. c DSGVO)."""
        told = {one.receiver for one in self.disclosures} | {one.agency for one in self.reads}
        return tuple(sorted(agency for agency in told if kind_of(agency)))

    def as_json(self) -> dict[str, Any]:
        """The answer as data that a machine can read (Art. 20 DSGVO asks for no less)."""
        found = asdict(self) | {"recipients": self.recipients}
        found["disclosures"] = [one._asdict() for one in self.disclosures]
        found["reads"] = [told(one) for one in self.reads]
        return found


def answer(
    known: Known,
    steps: list[Step],
    disclosures: list[Disclosure],
    reads: list[Access],
    at: datetime,
) -> Answer:
    """Put the answer together from what the logs say."""
    open_steps = [step for step in steps if step.fact is not None]
    own = {*known.cases, (known.key or "").partition("/")[2]}
    held = [_held(step, own) for step in open_steps if not isinstance(step.fact, EntryDisclosed)]
    return Answer(
        as_of=legal_date(at).isoformat(),
        cases=known.cases,
        file_reference=known.key,
        held=tuple(held),
        erased=len(steps) - len(open_steps),
        disclosures=tuple(disclosures),
        reads=tuple(reads),
        purposes=tuple(_purposes(steps)),
    )


def told(read: Access) -> dict[str, Any]:
    """A read as the person is told of it: when, by which agency, what for; not by whom.

    Whose hand it was stays with the agency (EuGH, 22 June 2023, C-579/21).
    """
    purpose = AccessPurpose(read.purpose).de if read.purpose else None
    parts = [group_label(group) for group in read.groups]
    return {"at": read.at, "agency": read.agency, "purpose": purpose, "parts": parts}


def _held(step: Step, own: set[str]) -> Held:
    fact, leaf, label = step.fact, step.leaf, fact_label(step.leaf.type)
    assert fact is not None  # noqa: S101 - only what is there is held
    data = fact.model_dump(mode="json", exclude_none=True)
    return Held(
        entry=leaf.id,
        recorded=leaf.time,
        valid_on=leaf.validon,
        what=label.de,
        what_en=label.en,
        meaning=_meaning(fact),
        source=_source(step),
        basis=leaf.basis,
        kept=fact.RETENTION.de,
        values=tuple(_values(fact, own)),
        data={name: _own(name, value, own) for name, value in data.items()},
    )


def _source(step: Step) -> str:
    """Whose word it is: an agency, or a service of ours; never the hand that wrote it."""
    source = step.agency or step.leaf.actor
    if source in _OURS:
        return f"Staffel ({source})"
    return source if kind_of(source) else str(getattr(step.fact, "agency", None) or _UNNAMED)


def _own(name: str, value: Any, own: set[str]) -> Any:
    """A value without what names other persons."""
    return [one for one in _listed(value) if one in own] if name in _OF_OTHERS else value


def _listed(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value)


def _meaning(fact: Fact) -> str:
    first = (inspect.getdoc(type(fact)) or "").partition("\n\n")[0]
    return " ".join(first.replace("``", "").split())


def _values(fact: Fact, own: set[str]) -> list[tuple[str, str]]:
    found = ((name, getattr(fact, name)) for name in type(fact).model_fields)
    told = [(name, value) for name, value in found if value is not None]
    return [(field_label(name).de, _shown_own(name, value, own)) for name, value in told]


def _shown_own(name: str, value: Any, own: set[str]) -> str:
    if name not in _OF_OTHERS:
        return shown(value)
    kept = _own(name, value, own)
    others = len(_listed(value)) - len(kept)
    told = f"; {others} weitere, nicht genannt (Art. 15 Abs. 4 DSGVO)" if others else ""
    return shown(kept) + told


def shown(value: Any) -> str:
    """A value as people write it: codes by their German name, dates day first."""
    if isinstance(value, Mapping):
        return "; ".join(f"{shown(name)}: {shown(one)}" for name, one in value.items()) or "—"
    if isinstance(value, list | tuple | frozenset):
        return ", ".join(map(shown, value)) or "—"
    for kind, write in _WRITTEN.items():
        if isinstance(value, kind):
            return write(value)
    return str(value)


_WRITTEN: dict[type[Any], Callable[[Any], str]] = {
    Code: lambda code: str(code.de),
    datetime: lambda moment: f"{moment:%d.%m.%Y %H:%M} UTC",
    date: lambda day: f"{day:%d.%m.%Y}",
    bool: lambda yes: "ja" if yes else "nein",
}
"""How values of a kind are written; a moment is a date as well, so it comes first."""


def _purposes(steps: list[Step]) -> list[dict[str, Any]]:
    """What the record of processing (Art. 30 DSGVO) says of the facts that are held, by service."""
    found: dict[str, set[type[Fact]]] = {}
    for step in steps:
        if step.leaf.type in FACTS:
            fact = FACTS[step.leaf.type]
            found.setdefault(fact.SAYER, set()).add(fact)
    return [_purpose(sayer, facts) for sayer, facts in found.items()]


def _purpose(sayer: str, facts: set[type[Fact]]) -> dict[str, Any]:
    return {
        "service": sayer,
        "purpose": PURPOSES_DE[sayer],
        "bases": sorted({fact.BASIS for fact in facts if fact.BASIS}),
        "retention": sorted({fact.RETENTION.de for fact in facts}),
    }
