"""intake in one literal: what it is asked and what it keeps."""

from typing import Any

from services.chassis.decider import Asked
from services.chassis.service import Route, Service, Subject
from services.intake import api
from services.intake.person import decider as person
from services.intake.reception import decider as reception
from services.intake.tables import PersonRow, ReceptionRow
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
    says=frozenset(
        {
            facts.PersonAdmitted,
            facts.CaseOpened,
            facts.AsylumRecognised,
            facts.AsylumRefused,
            facts.ResidenceTitleIssued,
        }
    ),
    key_of=_reference_of,
)

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
        commands.RecordAsylumRecognition: Route(PERSON, _by_reference),
        commands.RecordAsylumRefusal: Route(PERSON, _by_reference),
        commands.RecordResidenceTitle: Route(PERSON, _by_reference),
        commands.SetReceptionQuota: Route(RECEPTION, _by_year),
    },
    queries={"person": api.person},
)
