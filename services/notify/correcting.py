"""Corrections: whoever received a wrong value, and nobody else, is told which field it is; pure."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from services.chassis.decider import Asked, Heard, Refused
from services.chassis.legal_calendar import legal_date
from services.notify.copies import as_text, place_of
from services.notify.state import CaseNotices
from staffel_contracts.audiences import Place, view
from staffel_contracts.codes import AgencyKind, NoticeTemplate, RefusalCode, SheetField, kind_of
from staffel_contracts.commands.notify import PropagateRectification
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import HouseholdMemberCorrected
from staffel_contracts.facts.intake import PersonCorrected
from staffel_contracts.facts.notify import EntryDisclosed, NoticeComposed, RectificationPropagated

SHEET_FIELD = {
    "given_name": SheetField.GIVEN_NAME,
    "family_name": SheetField.FAMILY_NAME,
    "birth_date": SheetField.BIRTH_DATE,
    "nationality": SheetField.NATIONALITY,
    "language": SheetField.LANGUAGE,
    "household_ref": SheetField.HOUSEHOLD,
    "address_area": SheetField.ADDRESS_AREA,
}
"""Which field of a sheet a corrected value of the person is."""
CORRECTS = (PersonCorrected, HouseholdMemberCorrected)
"""What says that something which may have been told was wrong."""
NOTIFY = RectificationPropagated.SAYER


def corrected(state: CaseNotices, heard: Heard[Any]) -> list[Fact]:
    """Tell whoever received what is now said to have been wrong."""
    fact: PersonCorrected | HouseholdMemberCorrected = heard.fact
    codes = _codes(fact)
    # Until it was recorded, sheets were made with the wrong value, whatever day it is as of.
    until = max(fact.corrected_on, legal_date(heard.time))
    if isinstance(fact, PersonCorrected):
        recipients = received(state, codes, until)
    elif not (recipients := received(state, codes, fact.told_until or until, fact.sheet_refs)):
        return []  # nobody was told of the others: the correction itself says all there is to say
    return _told(state, codes, fact.corrected_on, recipients, place_of(heard), heard.new_id)


def _codes(fact: PersonCorrected | HouseholdMemberCorrected) -> tuple[SheetField, ...]:
    if isinstance(fact, HouseholdMemberCorrected):
        return (SheetField.HOUSEHOLD,)
    named = fact.model_dump(exclude_none=True)
    return tuple(code for name, code in SHEET_FIELD.items() if name in named)


def propagated(state: CaseNotices, asked: Asked[Any], at: datetime) -> list[Fact]:
    """Tell whoever received what the district corrected in another way.

    Raises:
        Refused: not this district's case, or a day in the future.
    """
    command: PropagateRectification = asked.command
    if asked.agency != state.district:
        raise Refused(RefusalCode.NOT_FOUND, "no such case of this district", "case")
    if command.corrected_on > legal_date(at):
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", "corrected_on")
    log, _, index = command.rectification_ref.rpartition("/")
    place = Place(log, int(index), state.about.case, as_text(at))
    on = command.corrected_on
    codes = command.field_codes
    return _told(state, codes, on, received(state, codes, on), place, asked.new_id)


def received(
    state: CaseNotices, codes: Iterable[SheetField], until: date, refs: Collection[str] = ()
) -> list[str]:
    """The agencies that were given any of these fields, in a sheet or an answer, up to a day.

    In one of these alone where ``refs`` name any.
    """
    wanted, work, receiver = {code.value for code in codes}, state.work, state.receiver
    if work is None or receiver is None:
        return []
    given = {
        one["ref"]
        for one in work.told
        if wanted & set(one["codes"])
        and legal_date(datetime.fromisoformat(one["time"])) <= until
        and one["ref"] in (refs or {one["ref"]})
    }
    handed = (one for one in receiver.handed if given & {one["sheet"], one["handoff"]})
    return sorted({one["agency"] for one in handed})


def _told(  # noqa: PLR0917 - what the news is made of
    state: CaseNotices,
    codes: tuple[SheetField, ...],
    on: date,
    recipients: list[str],
    place: Place,
    new_id: str,
) -> list[Fact]:
    if not codes:
        return []
    told = RectificationPropagated(
        rectification_ref=f"{place.log}/{place.index}",
        corrected_on=on,
        field_codes=codes,
        recipients=tuple(recipients),
    )
    return [told, *_shown(state, told, place), *_noticed(told, new_id)]


def _shown(state: CaseNotices, told: RectificationPropagated, place: Place) -> list[Fact]:
    agencies = dict.fromkeys([state.district, *told.recipients])
    seen = ((agency, _view(told, place, agency)) for agency in agencies)
    return [EntryDisclosed(agency=who, feed_index=-1, view=what) for who, what in seen if what]


def _view(told: RectificationPropagated, place: Place, agency: str) -> dict[str, Any] | None:
    kind = kind_of(agency) or AgencyKind.JOBCENTER
    seen = view(told, place, kind)
    return seen and seen | {"source": NOTIFY}


def _noticed(told: RectificationPropagated, new_id: str) -> list[Fact]:
    """A mail as well, for those without an interface."""
    return [
        NoticeComposed(
            notice_id=f"n-{new_id}-{number}",
            template=NoticeTemplate.DATA_CORRECTED,
            recipient=agency,
            cause_entry=told.rectification_ref,
        )
        for number, agency in enumerate(told.recipients)
    ]
