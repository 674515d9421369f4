"""The record of processing activities (Art. 30 GDPR), drawn from catalogue and audiences."""

from collections import defaultdict
from typing import Any

from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.catalogue import facts
from staffel_contracts.codes import PersonalData
from staffel_contracts.fact import Fact

Record = list[dict[str, Any]]
_PURPOSES = {
    "intake": "reception, decisions and titles received, consent",
    "casework": "the district's work on a case up to the handover, settling in, the network",
    "jobcenter_bridge": "handing responsibility from one agency to the next, without a gap",
    "notify": "telling agencies and persons, and proving what was told to whom",
}
PURPOSES_DE = {
    "intake": "Aufnahme, Entscheidungen und Titel, Einwilligungen",
    "casework": "Arbeit des Landkreises am Fall bis zur Übergabe, Ankommen, Netzwerk",
    "jobcenter_bridge": "Übergang der Zuständigkeit von einer Stelle zur nächsten, ohne Lücke",
    "notify": "Unterrichtung von Stellen und Personen, und ihr Nachweis",
}
"""The same purposes in German, for the person."""
_MEASURES = (
    "sealed per person, erasable by destroying the key; every entry is logged",
    "references only, no names; every entry is logged",
)
"""Of data about refugees, and of data about staff and volunteers."""


def record_of_processing() -> Record:
    """One activity per service and kind of personal data: purpose, data, receivers, basis, kept."""
    activities: dict[tuple[str, PersonalData], list[type[Fact]]] = defaultdict(list)
    for fact in facts():
        if fact.PERSONAL is not PersonalData.NONE:
            activities[fact.SAYER, fact.PERSONAL].append(fact)
    return [_activity(sayer, kind, said) for (sayer, kind), said in sorted(activities.items())]


def _activity(sayer: str, kind: PersonalData, said: list[type[Fact]]) -> dict[str, Any]:
    return {
        "activity": sayer,
        "purpose": _PURPOSES[sayer],
        "personal_data": kind.value,
        "persons": "staff and volunteers" if kind is PersonalData.WORKER else "refugees",
        "events": [fact.TYPE for fact in said],
        "data": sorted({name for fact in said for name in fact.model_fields}),
        "bases": sorted({fact.BASIS for fact in said if fact.BASIS}),
        "retention": sorted({fact.RETENTION.en for fact in said}),
        "receivers": _receivers(said),
        "measures": _MEASURES[kind is PersonalData.WORKER],
    }


def _receivers(said: list[type[Fact]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for fact in said:
        for kind, audience in AUDIENCES.get(fact, {}).items():
            consent = audience.consent.value if audience.consent else ""
            found[kind.value, audience.basis, consent] |= audience.fields
    return [
        {"receiver": kind, "basis": basis, "consent": consent or None, "data": sorted(fields)}
        for (kind, basis, consent), fields in sorted(found.items())
    ]


def record_as_text(record: Record) -> str:
    """The record for people."""
    return "\n\n".join(_as_text(activity) for activity in record)


def _as_text(activity: dict[str, Any]) -> str:
    lines = [
        f"{activity['activity']}: {activity['purpose']}",
        f"  personal data  {activity['personal_data']}, of {activity['persons']}",
        f"  events         {', '.join(activity['events'])}",
        f"  data           {', '.join(activity['data'])}",
        f"  bases          {'; '.join(activity['bases'])}",
        f"  kept           {'; '.join(activity['retention'])}",
        f"  measures       {activity['measures']}",
    ]
    return "\n".join(lines + [_receiver(receiver) for receiver in activity["receivers"]])


def _receiver(receiver: dict[str, Any]) -> str:
    why = receiver["basis"] + (f", consent {receiver['consent']}" if receiver["consent"] else "")
    return f"  to {receiver['receiver']} ({why}): {', '.join(receiver['data'])}"
