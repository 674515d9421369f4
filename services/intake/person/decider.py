"""Decide about a person: admission, decisions of the Federal Office, titles.

A later decision counts: a court obliged the Federal Office, after a refusal or to more protection,
or it decided anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.chassis.decider import About, Asked, Due, Input, Refused
from services.chassis.legal_calendar import legal_date
from services.chassis.lifecycle import Lifecycles
from services.chassis.replacing import replace
from services.intake.lifecycles import CASE_LIFECYCLES
from services.intake.lifecycles.residence import TEMPORARY_PROTECTION
from services.intake.person import household
from staffel_contracts.codes import AgencyKind, RefusalCode
from staffel_contracts.commands.intake import (
    AdmitPerson,
    ChangeHousehold,
    CorrectPerson,
    FormHousehold,
    PersonCommand,
    RecordAsylumRecognition,
    RecordAsylumRefusal,
    RecordInterimProof,
    RecordResidenceTitle,
    RecordTemporaryProtection,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.intake import (
    AsylumRecognised,
    AsylumRefused,
    CaseOpened,
    PersonAdmitted,
    PersonCorrected,
    ResidenceTitleIssued,
)

RECORDED = Lifecycles(*CASE_LIFECYCLES)
_LAW_IS_KEPT_FROM = date(2005, 1, 1)
"""The AufenthG came into force; the rules about the end of benefits begin there."""
PROTECTED = f"{TEMPORARY_PROTECTION.name}/"
"""What the registration for temporary protection is recorded under."""


@dataclass(frozen=True, slots=True)
class PersonState:
    """A person under ``<district>/<file reference>``."""

    key: str
    case_id: str | None = None
    person_id: str | None = None
    admitted_on: date | None = None
    decision: str | None = None
    """``recognised`` or ``refused``."""
    decided_on: date | None = None
    served_on: date | None = None
    received_on: date | None = None
    titles: int = 0
    title_code: str | None = None
    """The title recorded last; both days of its validity are included."""
    title_valid_from: date | None = None
    title_valid_to: date | None = None
    records: dict[str, Any] = field(default_factory=dict)
    """What was only recorded: see ``services.chassis.lifecycle``."""

    @property
    def about(self) -> About:
        """The case and the person, once admitted."""
        return About(self.case_id, self.person_id, self.key.partition("/")[0])


def decide(state: PersonState, given: Input, at: datetime) -> list[Fact]:
    """Decide about a command of the district or its immigration office.

    Raises:
        Refused: another district's person, or the dates contradict what is known.
    """
    if isinstance(given, Due):
        fact = RECORDED.at_deadline(state.records, given)
        return [fact] if fact else []
    assert isinstance(given, Asked)  # noqa: S101 - intake hears nobody
    command: PersonCommand = given.command  # type: ignore[assignment]
    _own_district(command, given.agency)
    if isinstance(command, FormHousehold | ChangeHousehold):
        return _together(state, given, at)
    if type(command) in RECORDED.commands:
        _admitted_on(state)
        _check_period(command, legal_date(at))
        return [RECORDED.decide(state.records, given, at)]
    return _DECIDE[type(command)](state, given, legal_date(at))


def due(state: PersonState) -> dict[str, datetime]:
    """When something that was recorded falls due."""
    return RECORDED.due(state.records)


def _own_district(command: PersonCommand, agency: str) -> None:
    kinds = (AgencyKind.DISTRICT, AgencyKind.IMMIGRATION_OFFICE)
    if agency not in {f"{kind.value}-{command.district}" for kind in kinds}:
        raise Refused(RefusalCode.AGENCY_MAY_NOT, "a person of another district", "district")


def _together(state: PersonState, asked: Asked[Any], at: datetime) -> list[Fact]:
    """What is recorded on one file is said on that of every other member, if there is one."""
    command: FormHousehold | ChangeHousehold = asked.command
    own = state.key == f"{command.district}/{command.file_reference}"
    if own:
        _admitted_on(state)
        _belongs(command)
    said = household.told(state.records, command) if state.admitted_on else []
    return [RECORDED.decide(state.records, asked, at)] if own and said else said


def _belongs(command: FormHousehold | ChangeHousehold) -> None:
    """Whoever a household is recorded on is a member, or just left it."""
    if command.file_reference not in (*command.member_refs, *getattr(command, "left_refs", ())):
        detail = "the person of the file reference is no member"
        raise Refused(RefusalCode.INVALID, detail, "member_refs")


def _check_period(command: PersonCommand, today: date) -> None:
    if isinstance(command, RecordTemporaryProtection):
        _check_known("registered_on", command.registered_on, today)
    if isinstance(command, RecordInterimProof):
        _check_known("issued_on", command.issued_on, today)
        if command.valid_to < command.issued_on:
            raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before issued_on", "valid_to")


def _check_known(name: str, day: date, today: date) -> None:
    """Refuse what has not happened yet, and what no rule is kept for.

    Raises:
        Refused: date-in-future; implausible-dates, before the AufenthG came into force.
    """
    if day > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", name)
    _check_law(name, day)


def _check_law(name: str, day: date) -> None:
    if day < _LAW_IS_KEPT_FROM:
        detail = f"before {_LAW_IS_KEPT_FROM.year}: no earlier law is kept"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, name)


def _admit(state: PersonState, asked: Asked[AdmitPerson], today: date) -> list[Fact]:
    command = asked.command
    if state.case_id is not None:
        raise Refused(
            RefusalCode.PERSON_ALREADY_ADMITTED, "the file reference is taken", "file_reference"
        )
    if command.admitted_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", "admitted_on")
    if command.birth_date > command.admitted_on:
        raise Refused(RefusalCode.BIRTH_AFTER_ADMISSION, "after admitted_on", "birth_date")
    values = command.model_dump(exclude={"district", "reason_code"})
    return [
        PersonAdmitted(
            case_id=f"c-{asked.new_id}",
            person_id=f"p-{asked.new_id}",
            agency=f"{AgencyKind.DISTRICT.value}-{command.district}",
            **values,
        ),
        CaseOpened(opened_on=command.admitted_on, reason_code=command.reason_code),
    ]


def _correct(state: PersonState, asked: Asked[CorrectPerson], today: date) -> list[Fact]:
    command, admitted_on = asked.command, _admitted_on(state)
    if command.corrected_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", "corrected_on")
    if command.birth_date and command.birth_date > admitted_on:
        raise Refused(RefusalCode.BIRTH_AFTER_ADMISSION, "after admitted_on", "birth_date")
    values = command.model_dump(exclude={"district", "file_reference"}, exclude_none=True)
    if values.keys() == {"corrected_on"}:
        raise Refused(RefusalCode.INVALID, "name at least one value to correct", "given_name")
    return [PersonCorrected(**values)]


def _recognise(
    state: PersonState, asked: Asked[RecordAsylumRecognition], today: date
) -> list[Fact]:
    command = asked.command
    _check_decision(state, command, today)
    return [AsylumRecognised(**command.model_dump(exclude={"district", "file_reference"}))]


def _refuse(state: PersonState, asked: Asked[RecordAsylumRefusal], today: date) -> list[Fact]:
    command = asked.command
    _check_decision(state, command, today)
    return [AsylumRefused(**command.model_dump(exclude={"district", "file_reference"}))]


def _check_decision(
    state: PersonState, command: RecordAsylumRecognition | RecordAsylumRefusal, today: date
) -> None:
    admitted_on = _admitted_on(state)
    if state.decision == "recognised" and isinstance(command, RecordAsylumRefusal):
        raise Refused(RefusalCode.DECISION_ALREADY_RECORDED, "recognised already", "decided_on")
    if state.decided_on and command.decided_on <= state.decided_on:
        detail = "not after the decision that is recorded"
        raise Refused(RefusalCode.DECISION_ALREADY_RECORDED, detail, "decided_on")
    if command.decided_on < admitted_on:
        raise Refused(RefusalCode.DECISION_BEFORE_ARRIVAL, "before admitted_on", "decided_on")
    if command.served_on < command.decided_on:
        raise Refused(RefusalCode.SERVED_BEFORE_DECIDED, "before decided_on", "served_on")
    for name in ("decided_on", "served_on", "received_on"):
        _check_known(name, getattr(command, name), today)
    if command.received_on < command.served_on:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before served_on", "received_on")


def _title(state: PersonState, asked: Asked[RecordResidenceTitle], today: date) -> list[Fact]:
    command = asked.command
    admitted_on = _admitted_on(state)
    if state.decision != "recognised" and PROTECTED not in state.records:
        detail = "neither a recognition nor temporary protection is recorded"
        raise Refused(RefusalCode.NO_DECISION, detail, "title_code")
    _check_known("issued_on", command.issued_on, today)
    _check_law("valid_from", command.valid_from)
    if command.issued_on < admitted_on:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before admitted_on", "issued_on")
    if command.valid_to < command.valid_from:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before valid_from", "valid_to")
    return [ResidenceTitleIssued(**command.model_dump(exclude={"district", "file_reference"}))]


def _admitted_on(state: PersonState) -> date:
    if state.admitted_on is None:
        raise Refused(RefusalCode.PERSON_NOT_ADMITTED, "admit the person first", "file_reference")
    return state.admitted_on


_DECIDE: dict[type[Any], Callable[[PersonState, Asked[Any], date], list[Fact]]] = {
    AdmitPerson: _admit,
    CorrectPerson: _correct,
    RecordAsylumRecognition: _recognise,
    RecordAsylumRefusal: _refuse,
    RecordResidenceTitle: _title,
}


def evolve(state: PersonState, fact: Fact) -> PersonState:
    """The state after an own fact."""
    if type(fact) in RECORDED.facts:
        return replace(state, records=RECORDED.evolve(state.records, fact))
    if isinstance(fact, PersonAdmitted):
        return replace(
            state,
            case_id=fact.case_id,
            person_id=fact.person_id,
            admitted_on=fact.admitted_on,
        )
    if isinstance(fact, AsylumRecognised):
        return _decided(state, fact, "recognised")
    if isinstance(fact, AsylumRefused):
        return _decided(state, fact, "refused")
    if isinstance(fact, ResidenceTitleIssued):
        return replace(
            state,
            titles=state.titles + 1,
            title_code=fact.title_code.value,
            title_valid_from=fact.valid_from,
            title_valid_to=fact.valid_to,
        )
    return state


def _decided(
    state: PersonState, fact: AsylumRecognised | AsylumRefused, decision: str
) -> PersonState:
    return replace(
        state,
        decision=decision,
        decided_on=fact.decided_on,
        served_on=fact.served_on,
        received_on=fact.received_on,
    )
