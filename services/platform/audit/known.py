"""What was known of a legal date: as of one moment of recording, beside another.

Two times meet here. The legal date is the day that is asked about; the moment of recording says how
much of the log counts. A correction is a later entry about the same day, so the same day has one
answer as it was known then, and another as it is known now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.chassis.folding.replay import Replayed
from services.jobcenter_bridge import coverage
from services.jobcenter_bridge.tables import ResponsibilityRow
from services.jobcenter_bridge.working import cover_on, responsible_on
from services.platform.audit.following import Step
from staffel_contracts.fact import Weight

RESPONSIBILITY = ResponsibilityRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Answer:
    """What was known of one day."""

    responsible: dict[str, Any]
    """By domain: who was responsible, which benefits covered the day, whether it was in a gap."""
    decided: dict[str, Step]
    """By type: the entry whose legal date is the last one not after the day; of several for the
    same date the one recorded last."""

    def as_json(self) -> dict[str, Any]:
        """The answer for machines."""
        decided = {name: step.as_json() for name, step in self.decided.items()}
        return {"domains": self.responsible, "decided": decided}


def known_of(day: date, bridge: Replayed, steps: Iterable[Step]) -> Answer:
    """What the bridge as replayed, and the entries recorded until then, say about a day."""
    rows = dict(bridge.folded.table(RESPONSIBILITY).items()).values()
    held = sorted(rows, key=lambda row: row["valid_from"])
    return Answer(
        {
            key.rpartition("/")[2]: _on(day, state, [row for row in held if row["key"] == key])
            for key, state in bridge.fold.states["handoff"].items()
        },
        _decided(day, steps),
    )


def _on(day: date, state: Any, held: list[dict[str, Any]]) -> dict[str, Any]:
    covers = [cover._asdict() for cover in coverage.covers(state)]
    gaps = [
        f"{a}/{gap['to_on'] or ''}" for a, gap in sorted(state.gaps.items()) if _in(day, a, gap)
    ]
    return {**responsible_on(held, day), **cover_on(covers, day), "gaps": gaps}


def _in(day: date, first: str, gap: dict[str, Any]) -> bool:
    last = gap.get("to_on")
    return date.fromisoformat(first) <= day and (last is None or day <= date.fromisoformat(last))


def _decided(day: date, steps: Iterable[Step]) -> dict[str, Step]:
    found: dict[str, Step] = {}
    for step in steps:
        valid_on = step.leaf.validon
        if valid_on is None or step.weight is Weight.TECHNICAL or valid_on > day.isoformat():
            continue
        name = step.leaf.type.rpartition(".v")[0]
        if name not in found or (found[name].leaf.validon or "") <= valid_on:
            found[name] = step
    return found
