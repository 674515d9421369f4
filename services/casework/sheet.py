"""The handover sheet: how it is composed of what the district knows, by its profile."""

from collections.abc import Iterable
from datetime import timedelta

from services.casework.person_copy import Person
from services.casework.profiles import profile_for
from services.casework.state import Case
from services.chassis.decider import Refused
from staffel_contracts.codes import (
    AgencyKind,
    ProtectionKind,
    RefusalCode,
    ResponsibilityDomain,
    SheetField,
    TitleCode,
    kind_of,
)
from staffel_contracts.command import TAKES_OVER
from staffel_contracts.facts.casework import HandoverSheetCompleted
from staffel_contracts.sheet import NEVER_LEAVES, sheet_digest

COMPUTED = frozenset({SheetField.ENTITLEMENT_END, SheetField.FINALITY})
"""What a rule computed; nobody writes another value by hand."""

_TITLE_OF = {
    ProtectionKind.ASYLUM_ART16A: TitleCode.S25_1,
    ProtectionKind.REFUGEE_S3: TitleCode.S25_2,
    ProtectionKind.SUBSIDIARY_S4: TitleCode.S25_2,
    ProtectionKind.REMOVAL_BAN: TitleCode.S25_3,
    ProtectionKind.TEMPORARY_S24: TitleCode.S24,
}
"""The receiver learns the paragraph of the title, no more of the asylum decision (§ 18b AZRG)."""


def check_may_leave(fields: Iterable[SheetField]) -> None:
    """Refuse what leaves to nobody: asylum reasons, health, religion, notes.

    Raises:
        Refused: field-never-leaves, with the field.
    """
    for code in fields:
        if code in NEVER_LEAVES:
            detail = "no profile lets it leave"
            raise Refused(RefusalCode.FIELD_NEVER_LEAVES, detail, f"fields.{code.value}")


def compose(
    case: Case,
    sheet_ref: str,
    given: dict[SheetField, str] | None = None,
    *,
    replaces: str | None = None,
    to_agency: str | None = None,
    handoff_id: str | None = None,
) -> HandoverSheetCompleted | None:
    """The sheet, or None while a mandatory field is unknown; ``given`` is added by hand.

    It is that of the domain which looks at the case.
    """
    person = case.person
    by_hand: dict[str, str] = case.supplied | {**(given or {})}
    supplied = {SheetField(code): value for code, value in by_hand.items()}
    known = _recorded(person) | supplied | _computed(case) if person else {}
    receiver = to_agency or case.draft_to or ""
    kind = kind_of(receiver) or AgencyKind.JOBCENTER
    domain = ResponsibilityDomain(case.domain)
    profile = profile_for(kind if kind in TAKES_OVER else AgencyKind.JOBCENTER, domain)
    allowed = profile.codes
    effective_on = case.draft_effective_on or case.next_start_on
    for_benefits = domain is ResponsibilityDomain.BENEFITS
    fields = {code: known[code] for code in SheetField if code in known and code in allowed}
    if person is None or effective_on is None or not (profile.mandatory <= fields.keys()):
        return None
    return HandoverSheetCompleted(
        sheet_ref=sheet_ref,
        profile_id=profile.profile_id,
        from_agency=case.responsible or "",
        to_agency=receiver,
        to_kind=kind,
        domain=domain,
        effective_on=effective_on,
        lossfree_on=(case.last_lossfree_on if for_benefits else None) or effective_on,
        handoff_id=handoff_id or (case.draft_id if replaces is None else None),
        field_codes=tuple(fields),
        withheld_codes=tuple(code for code in SheetField if code in known and code not in fields),
        digest=sheet_digest({code.value: value for code, value in fields.items()}),
        fields=fields,
        replaces_handoff=replaces,
        supplied_codes=tuple(code for code in fields if code in supplied),
    )


def identity(person: Person | None) -> dict[SheetField, str]:
    """Who the person is, as intake recorded or corrected it; dates as ISO 8601."""
    if person is None:
        return {}
    found = {
        SheetField.GIVEN_NAME: person.given_name,
        SheetField.FAMILY_NAME: person.family_name,
        SheetField.BIRTH_DATE: person.birth_date and person.birth_date.isoformat(),
        SheetField.NATIONALITY: person.nationality,
        SheetField.LANGUAGE: person.language,
        SheetField.HOUSEHOLD: person.household_ref,
        SheetField.ADDRESS_AREA: person.address_area,
    }
    return {code: value for code, value in found.items() if value}


def right_to_stay(person: Person | None) -> dict[SheetField, str]:
    """The title and the interim proof that are known last, as code and first/last day."""
    if person is None:
        return {}
    found = {
        SheetField.RESIDENCE_TITLE: _last_title(person),
        SheetField.INTERIM_PROOF: _last_proof(person),
    }
    return {code: value for code, value in found.items() if value}


def _recorded(person: Person) -> dict[SheetField, str]:
    """What intake recorded; dates as ISO 8601."""
    protection = _protection(person)
    kind = {SheetField.PROTECTION_KIND: protection} if protection else {}
    return identity(person) | kind | right_to_stay(person)


def _protection(person: Person) -> str | None:
    if person.protection_kind is None:
        return None
    return _TITLE_OF[ProtectionKind(person.protection_kind)].value


def _last_title(person: Person) -> str | None:
    if not person.titles:
        return None
    last = max(person.titles, key=lambda title: (title["valid_from"], title["issued_on"]))
    valid_to = min(last["valid_to"], last.get("ended_on", last["valid_to"]))
    return f"{last['code']} {last['valid_from']}/{valid_to}"


def _last_proof(person: Person) -> str | None:
    if not person.proofs:
        return None
    last = max(person.proofs, key=lambda proof: (proof["issued_on"], proof["valid_to"]))
    return f"{last['kind']} {last['issued_on']}/{last['valid_to']}"


def _computed(case: Case) -> dict[SheetField, str]:
    found = {}
    """A day that an official set for another domain is no end of benefits."""
    for_benefits = case.domain == ResponsibilityDomain.BENEFITS
    set_on = case.draft_effective_on if for_benefits else None
    by_hand = set_on and set_on - timedelta(days=1)
    if end_on := by_hand or case.end_on:
        found[SheetField.ENTITLEMENT_END] = end_on.isoformat()
    if case.finality_on:
        found[SheetField.FINALITY] = f"{case.finality_on.isoformat()} {case.finality_basis}"
    return found
