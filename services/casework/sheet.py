"""The handover sheet: its profile as data, and how it is composed of what the district knows."""

from datetime import date, timedelta
from typing import NamedTuple

from services.casework.state import Case, Person
from staffel_contracts.codes import AgencyKind, ProtectionKind, SheetField, TitleCode, kind_of
from staffel_contracts.facts.casework import HandoverSheetCompleted
from staffel_contracts.sheet import sheet_digest


class ProfileField(NamedTuple):
    """A field that leaves on a legal basis; without a mandatory one no sheet is sent."""

    code: SheetField
    legal_basis: str
    mandatory: bool = False


class Profile(NamedTuple):
    """What goes from one kind of agency to another; whatever it does not name is withheld."""

    profile_id: str
    fields: tuple[ProfileField, ...]

    @property
    def codes(self) -> frozenset[SheetField]:
        """The fields that may leave."""
        return frozenset(field.code for field in self.fields)

    @property
    def mandatory(self) -> frozenset[SheetField]:
        """The fields without which nothing leaves."""
        return frozenset(field.code for field in self.fields if field.mandatory)


_IDENTITY = "§ 18b AZRG (Grunddaten, Nr. 1)"
_PERSON_TOLD = "§ 67a Abs. 2 S. 1 SGB X"

DISTRICT_TO_JOBCENTER = Profile(
    "district-to-jobcenter/1",
    (
        ProfileField(SheetField.GIVEN_NAME, _IDENTITY, mandatory=True),
        ProfileField(SheetField.FAMILY_NAME, _IDENTITY, mandatory=True),
        ProfileField(SheetField.BIRTH_DATE, _IDENTITY, mandatory=True),
        ProfileField(SheetField.NATIONALITY, _IDENTITY, mandatory=True),
        ProfileField(SheetField.LANGUAGE, "§ 18b Nr. 9, 10 AZRG", mandatory=True),
        ProfileField(SheetField.HOUSEHOLD, "§ 18b Nr. 2, 7 AZRG"),
        ProfileField(SheetField.PROTECTION_KIND, "§ 18b Nr. 3, 4 AZRG", mandatory=True),
        ProfileField(SheetField.FINALITY, "§ 18b Nr. 3, 4 AZRG"),
        ProfileField(SheetField.RESIDENCE_TITLE, "§ 18b Nr. 3, 4 AZRG"),
        ProfileField(SheetField.ENTITLEMENT_END, "§ 7 Abs. 1 S. 2 Nr. 3 SGB II", mandatory=True),
        ProfileField(SheetField.ADDRESS_AREA, "§ 18b Nr. 3, 5 AZRG; § 36 Abs. 2 SGB II"),
        ProfileField(SheetField.TENANCY, "§ 22 SGB II"),
        ProfileField(SheetField.BANK_ACCOUNT_EXISTS, _PERSON_TOLD),
        ProfileField(SheetField.HEALTH_FUND, _PERSON_TOLD),
    ),
)

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


def compose(
    case: Case,
    sheet_ref: str,
    given: dict[SheetField, str] | None = None,
    *,
    replaces: str | None = None,
    to_agency: str | None = None,
    handoff_id: str | None = None,
) -> HandoverSheetCompleted | None:
    """The sheet, or None while a mandatory field is unknown; ``given`` is added by hand."""
    profile = DISTRICT_TO_JOBCENTER
    person = case.person
    by_hand: dict[str, str] = case.supplied | {**(given or {})}
    supplied = {SheetField(code): value for code, value in by_hand.items()}
    known = _recorded(person) | supplied | _computed(case) if person else {}
    receiver = to_agency or case.draft_to or ""
    allowed = profile.codes
    fields = {code: known[code] for code in SheetField if code in known and code in allowed}
    if person is None or not (profile.mandatory <= fields.keys()):
        return None
    return HandoverSheetCompleted(
        sheet_ref=sheet_ref,
        profile_id=profile.profile_id,
        from_agency=case.responsible or "",
        to_agency=receiver,
        to_kind=kind_of(receiver) or AgencyKind.JOBCENTER,
        effective_on=case.draft_effective_on or case.next_start_on or date.min,
        lossfree_on=case.last_lossfree_on or case.draft_effective_on or date.min,
        handoff_id=handoff_id or (case.draft_id if replaces is None else None),
        field_codes=tuple(fields),
        withheld_codes=tuple(code for code in SheetField if code in known and code not in fields),
        digest=sheet_digest({code.value: value for code, value in fields.items()}),
        fields=fields,
        replaces_handoff=replaces,
        supplied_codes=tuple(code for code in fields if code in supplied),
    )


def _recorded(person: Person) -> dict[SheetField, str]:
    """What intake recorded; dates as ISO 8601, a title as code and first/last day."""
    found = {
        SheetField.GIVEN_NAME: person.given_name,
        SheetField.FAMILY_NAME: person.family_name,
        SheetField.BIRTH_DATE: person.birth_date and person.birth_date.isoformat(),
        SheetField.NATIONALITY: person.nationality,
        SheetField.LANGUAGE: person.language,
        SheetField.HOUSEHOLD: person.household_ref,
        SheetField.ADDRESS_AREA: person.address_area,
        SheetField.PROTECTION_KIND: _protection(person),
        SheetField.RESIDENCE_TITLE: _last_title(person),
    }
    return {code: value for code, value in found.items() if value}


def _protection(person: Person) -> str | None:
    if person.protection_kind is None:
        return None
    return _TITLE_OF[ProtectionKind(person.protection_kind)].value


def _last_title(person: Person) -> str | None:
    if not person.titles:
        return None
    last = max(person.titles, key=lambda title: (title["valid_from"], title["issued_on"]))
    return f"{last['code']} {last['valid_from']}/{last['valid_to']}"


def _computed(case: Case) -> dict[SheetField, str]:
    found = {}
    by_hand = case.draft_effective_on and case.draft_effective_on - timedelta(days=1)
    if end_on := by_hand or case.end_on:
        found[SheetField.ENTITLEMENT_END] = end_on.isoformat()
    if case.finality_on:
        found[SheetField.FINALITY] = f"{case.finality_on.isoformat()} {case.finality_basis}"
    return found
