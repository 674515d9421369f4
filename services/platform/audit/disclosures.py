"""To whom a person's data went: feeds, sheets, prints, notices and letters; and who read it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from services.chassis.writing.reads import reads_of
from services.platform.audit.books import Books
from services.platform.audit.following import Step
from staffel_contracts.audiences import consent_for
from staffel_contracts.codes import FieldGroup, SheetField, kind_of
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.facts import casework, notify
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.labels import fact_label, field_label

FEED, SHEET, ANSWERS, PRINT, NOTICE, LETTER = (
    "feed", "sheet", "answers", "print", "notice", "letter",
)  # fmt: skip
THE_PERSON, UNKNOWN = "the person", "unknown"


class Disclosure(NamedTuple):
    """Data that went to somebody: when, by which way, what, which fields, and on which basis.

    ``entry`` is the entry that records it, ``of`` the one that was shown (or the sheet).
    """

    at: str
    way: str
    receiver: str
    what: str
    fields: tuple[str, ...]
    basis: str
    consent: str | None
    entry: str
    of: str

    def labels(self) -> str:
        """The German names of the fields."""
        return ", ".join(dict.fromkeys(map(_label, self.fields)))


class Access(NamedTuple):
    """Somebody read: when, in which service, who, what for, and which parts of the record."""

    at: str
    service: str
    agency: str
    reader: str
    role: str
    purpose: str | None
    what: str
    groups: tuple[str, ...]
    index: int  # type: ignore[assignment] # tuples have a method of this name


def disclosures_in(steps: list[Step]) -> list[Disclosure]:
    """Every disclosure that a case's entries record, in their order."""
    known = _Known(steps)
    return [one for step in steps for one in _disclosed(step, known)]


def accesses_to(books: Books, cases: tuple[str, ...]) -> list[Access]:
    """Every read of these cases that is kept, in all services, by time.

    Raises:
        Touched: a read is not the one that its leaf commits to.
    """
    found = []
    for service, engine in books.engines.items():
        with engine.connect() as conn:
            kept = {one.index: one for case in cases for one in reads_of(conn, case)}
        found += [_access(service, one.index, one.time, one.read) for one in kept.values()]
    there = (one for one in found if one is not None)
    return sorted(there, key=lambda one: (one.at, one.service, one.index))


def _access(service: str, index: int, time: str, read: dict[str, Any] | None) -> Access | None:
    if read is None:
        return None
    return Access(
        at=time,
        service=service,
        agency=read["agency"],
        reader=read["reader_ref"],
        role=read["role"],
        purpose=read["purpose"],
        what=read["what"],
        groups=tuple(read["field_groups"]),
        index=index,
    )


class _Known:
    """What other entries of the case say of sheets and handoffs."""

    def __init__(self, steps: list[Step]) -> None:
        facts = [step.fact for step in steps]
        sheets = (f for f in facts if isinstance(f, casework.HandoverSheetCompleted))
        self.sheets = {sheet.sheet_ref: sheet for sheet in sheets}
        handed = (f for f in facts if isinstance(f, bridge.HandoffSubmission))
        self.receivers = {handoff.handoff_id: handoff.to_agency for handoff in handed}

    def codes(self, sheet_ref: str) -> tuple[str, ...]:
        """The fields of a sheet."""
        sheet = self.sheets.get(sheet_ref)
        return tuple(code.value for code in sheet.field_codes) if sheet else ()


def _disclosed(step: Step, known: _Known) -> Iterator[Disclosure]:
    fact, leaf = step.fact, step.leaf
    plain = Disclosure(
        leaf.time, "", "", fact_label(leaf.type).de, (), leaf.basis, None, leaf.id, ""
    )
    if isinstance(fact, notify.EntryDisclosed):
        yield _fed(plain, fact)
    elif isinstance(fact, notify.NoticeComposed):
        told = plain._replace(way=NOTICE, receiver=fact.recipient, what=fact.template.de)
        yield told._replace(fields=("case_id",), of=fact.cause_entry)
    elif isinstance(fact, notify.LetterComposed):
        told = plain._replace(way=LETTER, receiver=f"{THE_PERSON}, by {fact.agency}")
        names = tuple(fact.values)
        yield told._replace(what=fact.template.de, fields=names, of=fact.cause_entry)
    elif isinstance(fact, casework.HandoffInformationSupplied):
        codes = tuple(code.value for code in fact.item_codes)
        receiver = known.receivers.get(fact.handoff_id, UNKNOWN)
        told = plain._replace(way=ANSWERS, receiver=receiver)
        yield told._replace(fields=codes, of=fact.handoff_id)
    else:
        yield from _sheets(plain, fact, known)


def _sheets(plain: Disclosure, fact: Fact | None, known: _Known) -> Iterator[Disclosure]:
    """A sheet that its receiver may fetch from now on, and one that went out on paper."""
    basis = casework.HandoverSheetCompleted.BASIS
    if isinstance(fact, bridge.HandoffSubmission):
        ref, way, receiver = fact.sheet_ref, SHEET, fact.to_agency
    elif isinstance(fact, casework.HandoverSheetPrinted):
        ref, way, sheet = fact.sheet_ref, PRINT, known.sheets.get(fact.sheet_ref)
        receiver = sheet.to_agency if sheet else UNKNOWN
    else:
        return
    told = plain._replace(way=way, receiver=receiver, fields=known.codes(ref), basis=basis, of=ref)
    yield told


def _fed(plain: Disclosure, fact: notify.EntryDisclosed) -> Disclosure:
    seen, kind = fact.view, kind_of(fact.agency)
    known = FACTS.get(seen["type"])
    consent = consent_for(known, kind) if known and kind else None
    told = plain._replace(way=FEED, receiver=fact.agency, what=fact_label(seen["type"]).de)
    return told._replace(
        fields=tuple(seen["data"]),
        basis=seen["basis"],
        consent=consent.value if consent else None,
        of=seen.get("entry", ""),
    )


_OF_LETTERS = {
    "start_on": "Beginn am",
    "end_on": "Ende am",
    "apply_by": "Antrag bis",
    "due_on": "fällig am",
    "receiver": "aufnehmende Stelle",
}
"""What letters fill in, as ``services.notify.writing`` names it."""


def _label(name: str) -> str:
    if name in _OF_LETTERS:
        return _OF_LETTERS[name]
    try:
        return SheetField(name).de
    except ValueError:
        return field_label(name).de


def group_label(group: str) -> str:
    """The German name of a part of the record."""
    return FieldGroup(group).de
