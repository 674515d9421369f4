"""Decide about the reception quota of a district in a year."""

from dataclasses import dataclass
from datetime import datetime

from services.chassis.decider import About, Asked, Input, Refused
from services.chassis.replacing import replace
from staffel_contracts.codes import AgencyKind, RefusalCode
from staffel_contracts.commands.intake import SetReceptionQuota
from staffel_contracts.fact import Fact
from staffel_contracts.facts.intake import ReceptionQuotaSet


@dataclass(frozen=True, slots=True)
class Reception:
    """The quota under ``<district>/<year>``."""

    key: str
    persons: int | None = None

    @property
    def about(self) -> About:
        """No person: a quota is open data."""
        return About(None, None, self.key.partition("/")[0])


def decide(state: Reception, given: Input, at: datetime) -> list[Fact]:  # noqa: ARG001
    """Set the quota; the same number again says nothing new.

    Raises:
        Refused: another district's quota.
    """
    assert isinstance(given, Asked)  # noqa: S101 - intake hears nobody and has no deadlines
    command = given.command
    assert isinstance(command, SetReceptionQuota)  # noqa: S101 - the only command routed here
    if given.agency != f"{AgencyKind.DISTRICT.value}-{command.district}":
        raise Refused(RefusalCode.AGENCY_MAY_NOT, "the quota of another district", "district")
    if command.persons == state.persons:
        return []
    return [ReceptionQuotaSet(**command.model_dump())]


def evolve(state: Reception, fact: Fact) -> Reception:
    """The state after an own fact."""
    return replace(state, persons=fact.persons) if isinstance(fact, ReceptionQuotaSet) else state
