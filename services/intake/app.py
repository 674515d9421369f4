"""intake in one literal: what it is asked and what it keeps."""

from typing import Any

from services.chassis.decider import Asked
from services.chassis.lifecycle import Lifecycles
from services.chassis.service import Route, Service, Subject
from services.chassis.thing import thing_key, things
from services.intake import api
from services.intake.lifecycles import NETWORK_LIFECYCLES
from services.intake.person import decider as person
from services.intake.person import household
from services.intake.reception import decider as reception
from services.intake.tables import PersonRow, ReceptionRow, ReceptionThingRow
from staffel_contracts.commands import intake as commands
from staffel_contracts.envelope import Leaf
from staffel_contracts.fact import Fact
from staffel_contracts.facts import intake as facts


def _by_reference(asked: Asked[Any]) -> str:
    return f"{asked.command.district}/{asked.command.file_reference}"


def _by_year(asked: Asked[Any]) -> str:
    return f"{asked.command.district}/{asked.command.year}"


def _reference_of(fact: Fact, leaf: Leaf) -> str | None:
    """Only the admission names the file reference; later facts follow by their case."""
    if not isinstance(fact, facts.PersonAdmitted):
        return None
    return f"{leaf.district}/{fact.file_reference}"


def _year_of(fact: Fact, leaf: Leaf) -> str | None:
    return f"{leaf.district}/{fact.year}" if isinstance(fact, facts.ReceptionQuotaSet) else None


PERSON = Subject(
    name="person",
    state=person.PersonState,
    table=PersonRow,
    decide=person.decide,
    evolve=person.evolve,
    due=person.due,
    says=person.RECORDED.facts
    | {
        facts.PersonAdmitted,
        facts.PersonCorrected,
        facts.CaseOpened,
        facts.AsylumRecognised,
        facts.AsylumRefused,
        facts.ResidenceTitleIssued,
    },
    key_of=_reference_of,
)

_NETWORK = Lifecycles(*NETWORK_LIFECYCLES)


def _by_thing(asked: Asked[Any]) -> str:
    return thing_key(_NETWORK, asked.command)


NETWORK = things("reception-thing", ReceptionThingRow, _NETWORK)
RECEPTION = Subject(
    name="reception",
    state=reception.Reception,
    table=ReceptionRow,
    decide=reception.decide,
    evolve=reception.evolve,
    says=frozenset({facts.ReceptionQuotaSet}),
    key_of=_year_of,
)

SERVICE = Service(
    name="intake",
    asks={
        commands.AdmitPerson: Route(PERSON, _by_reference),
        commands.CorrectPerson: Route(PERSON, _by_reference),
        commands.RecordAsylumRecognition: Route(PERSON, _by_reference),
        commands.RecordAsylumRefusal: Route(PERSON, _by_reference),
        commands.RecordResidenceTitle: Route(PERSON, _by_reference),
        commands.SetReceptionQuota: Route(RECEPTION, _by_year),
        **dict.fromkeys(person.RECORDED.commands, Route(PERSON, _by_reference)),
        commands.FormHousehold: Route(PERSON, _by_reference, household.files),
        commands.ChangeHousehold: Route(PERSON, _by_reference, household.files),
        **dict.fromkeys(_NETWORK.commands, Route(NETWORK, _by_thing)),
    },
    queries={"person": api.person},
)
