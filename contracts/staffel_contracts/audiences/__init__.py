"""Who may see which fields of which fact, and on which legal basis; everything else is withheld."""

from typing import Any, Final, NamedTuple

from staffel_contracts.audiences import (
    bridge_housing,
    bridge_settling,
    casework,
    casework_network,
    casework_protection,
    casework_residence,
    casework_settling,
    intake,
    intake_reported,
    jobcenter_bridge,
    jobcenter_bridge_labour,
    notify,
)
from staffel_contracts.audiences.rules import OPEN, Audience, Seen
from staffel_contracts.codes import AgencyKind, ConsentKind, PersonalData
from staffel_contracts.envelope import JSON, SPEC
from staffel_contracts.fact import Fact

AUDIENCES: Final[Seen] = {
    **intake.SEEN,
    **intake_reported.SEEN,
    **casework.SEEN,
    **casework_residence.SEEN,
    **casework_settling.SEEN,
    **casework_network.SEEN,
    **casework_protection.SEEN,
    **jobcenter_bridge.SEEN,
    **jobcenter_bridge_labour.SEEN,
    **bridge_housing.SEEN,
    **bridge_settling.SEEN,
    **notify.SEEN,
}
"""Facts that are missing here are seen by no agency."""


def consent_for(fact: type[Fact], kind: AgencyKind) -> ConsentKind | None:
    """The consent that it takes for this kind of agency to see this fact; mostly none."""
    audience = AUDIENCES.get(fact, {}).get(kind)
    return audience.consent if audience else None


class Place(NamedTuple):
    """Where an entry stands, as its leaf says: what a view tells beside the data."""

    log: str
    index: int  # type: ignore[assignment] # tuples have a method of this name
    case: str | None
    time: str


NO_CONSENT: Final[frozenset[ConsentKind]] = frozenset()


def view(
    fact: Fact, place: Place, kind: AgencyKind, consents: frozenset[ConsentKind] = NO_CONSENT
) -> dict[str, Any] | None:
    """The CloudEvent that an agency of this kind sees, or ``None`` if it sees nothing.

    What takes a consent is seen only if the person's valid ``consents`` have it.

    The feed adds ``id`` and ``feedindex``; ``entry`` names the entry in the sayer's log.
    """
    audience = AUDIENCES.get(type(fact), {}).get(kind)
    if audience is None or audience.consent not in {None, *consents}:
        return None
    valid_on = fact.valid_on()
    identified = {"subject": place.case, "entry": f"{place.log}/{place.index}"}
    return {
        "source": place.log,
        "type": fact.TYPE,
        **({} if _of_nobody(fact, audience) else identified),
        "time": place.time,
        **({"validon": valid_on.isoformat()} if valid_on else {}),
        "basis": audience.basis,
        "datacontenttype": JSON,
        "data": fact.model_dump(mode="json", include=set(audience.fields), exclude_none=True),
    }


def _of_nobody(fact: Fact, audience: Audience) -> bool:
    """Whether a view of a person's fact has no basis that would let it lead back to the person."""
    return audience.basis == OPEN and fact.PERSONAL is not PersonalData.NONE


def feed_event(agency: str, feed_index: int, seen: dict[str, Any]) -> dict[str, Any]:
    """A view with its place in the agency's feed: the CloudEvent as it is delivered."""
    identity = {"specversion": SPEC, "id": f"{agency}/{feed_index}"}
    return identity | {"feedindex": feed_index} | seen
