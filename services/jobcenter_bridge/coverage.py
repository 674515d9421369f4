"""Which benefit covers which day, as the agencies reported it: gaps and overlaps, never claims.

AsylbLG benefits cover from the admission to the end that casework computed; all others as they were
decided, granted in advance or notified. Days between are a gap, days with benefits of two agencies
an overlap. Both are alarms for people: they never move responsibility, and whatever is reported
later corrects them by a new entry.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any, NamedTuple

from services.jobcenter_bridge import closing
from services.jobcenter_bridge.state import MOVED, NOT_COMPETENT, Handoff
from staffel_contracts.codes import (
    BridgingInstrument,
    GapCause,
    HandoffStatus,
    OverlapCause,
    OverlapSeverity,
    ResponsibilityDomain,
)
from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    CoverageGapClosed,
    CoverageGapDetected,
    CoverageOverlapDetected,
)

DAY = timedelta(days=1)
ASYLBENS, BENEFITS, NO_NEED = "asylbens", "benefits", "no-need"
_TAKEN = MOVED | {HandoffStatus.ACCEPTED}


class Cover(NamedTuple):
    """One benefit from its first to its last day, both included; ``None``: no end is known."""

    from_on: date
    to_on: date | None
    kind: str
    agency: str | None


def covers(state: Handoff) -> list[Cover]:
    """Every benefit reported, by its first day; in other domains none is paid."""
    if state.domain is not ResponsibilityDomain.BENEFITS:
        return []
    found = [
        Cover(_day(one["from_on"]), _end(one["to_on"]), one["kind"], one["agency"])
        for one in state.coverage
    ]
    return sorted([*_asylbens(state), *found], key=lambda cover: cover.from_on)


def _asylbens(state: Handoff) -> Iterator[Cover]:
    """The district's benefits; an end before the admission leaves no day of them, and none open."""
    left = state.left_district_on and state.left_district_on - DAY
    ends = [end for end in (_computed_end(state) or left, state.asylbens_to) if end]
    end, known = min(ends, default=None), state.admission
    begun = known.admitted_on if known else end
    if begun:
        last = end and max(end, begun - DAY)
        yield Cover(begun, last, ASYLBENS, known.agency if known else state.from_agency)


def _computed_end(state: Handoff) -> date | None:
    return state.benefits.end_on if state.benefits else None


# -- gaps ----------------------------------------------------------------------------------------


def uncovered(state: Handoff, today: date) -> dict[date, date | None]:
    """The gaps as known on a day: first to last day; ``None``: it runs on.

    A day in the future counts where a later benefit is reported already. Nothing is known before
    the admission, and nothing is counted once the person needs nothing here any more.
    """
    found: dict[date, date | None] = {}
    reached: date | None = None
    for cover in covers(state):
        if reached and cover.from_on > reached + DAY:
            found[reached + DAY] = cover.from_on - DAY
        if cover.to_on is None:
            return found
        reached = max(reached, cover.to_on) if reached else cover.to_on
    over_on = closing.need_over_on(state)
    if reached and reached < today and (over_on is None or reached + DAY < over_on):
        found[reached + DAY] = over_on and over_on - DAY
    return found


def awaited_gap(state: Handoff) -> date | None:
    """The day that will open a gap unless something is reported before."""
    known = any(gap["open"] for gap in state.gaps.values())
    if known or closing.need_over_on(state):
        return None
    ends = [cover.to_on for cover in covers(state)]
    if not ends or None in ends:
        return None
    last = max(end for end in ends if end)
    return last + DAY


def follow_gaps(state: Handoff, today: date) -> Fact | None:
    """The next word on a gap: closed, corrected, or newly found."""
    now = uncovered(state, today)
    for first, gap in state.gaps.items():
        if fact := _follow(_day(first), gap, now):
            return fact
    for day, last in now.items():
        if _is_new(state.gaps.get(day.isoformat()), last):
            return CoverageGapDetected(
                from_on=day,
                detected_on=today,
                cause_code=_cause(state, day),
                to_on=last,
                proposed=proposals(state),
            )
    return None


def _follow(first: date, gap: dict[str, Any], now: dict[date, date | None]) -> Fact | None:
    """Close a gap whose last day is known; without days where it is none after all."""
    last = now.get(first, first - DAY)
    if last is None or (not gap["open"] and gap["to_on"] == last.isoformat()):
        return None
    return CoverageGapClosed(
        from_on=first, to_on=last, days=(last - first).days + 1, cause_code=GapCause(gap["cause"])
    )


def _is_new(known: dict[str, Any] | None, last: date | None) -> bool:
    return known is None or (last is None and not known["open"])


def _cause(state: Handoff, first: date) -> GapCause:
    """An application after the last loss-free day reaches back to the first of a later month."""
    end = _computed_end(state)
    if end and first > end + DAY:
        return GapCause.GRANT_ENDED
    lossfree_on = state.benefits.last_lossfree_on if state.benefits else None
    begins = state.benefit_start_on or _day_or_none(state.application.get("counts_from"))
    if begins and lossfree_on and begins > lossfree_on:
        return GapCause.LATE_APPLICATION
    taken = HandoffStatus(state.status) in _TAKEN
    return GapCause.NO_BENEFIT_DECISION if taken else GapCause.NOT_ACCEPTED


def proposals(state: Handoff) -> tuple[BridgingInstrument, ...]:
    """What could lawfully bridge the days; officials decide.

    An advance can always be asked for: whoever does so applies for the benefit as well (§§ 16, 42
    SGB I). A provisional decision (§ 41a SGB II) takes an application or an agency that has taken
    over; where agencies dispute who is competent, the first one asked pays (§ 43 Abs. 1 SGB I). In
    other domains than benefits there is nothing to bridge.
    """
    if state.domain is not ResponsibilityDomain.BENEFITS:
        return ()
    found = []
    if state.reason_code in NOT_COMPETENT:
        found.append(BridgingInstrument.PROVISIONAL_S43)
    found.append(BridgingInstrument.ADVANCE_S42)
    if state.application or HandoffStatus(state.status) in _TAKEN:
        found.append(BridgingInstrument.PROVISIONAL_S41A)
    return tuple(found)


# -- overlaps ------------------------------------------------------------------------------------


def follow_overlaps(state: Handoff, today: date) -> Fact | None:
    """The next days that benefits of two agencies cover, and nobody was told of yet."""
    for first, last, cause in _doubled(state, today):
        if state.overlaps.get(first.isoformat(), "") < last.isoformat():
            bridged = cause is OverlapCause.BRIDGING
            severity = OverlapSeverity.EXPECTED if bridged else OverlapSeverity.TO_EXAMINE
            return CoverageOverlapDetected(
                from_on=first, to_on=last, detected_on=today, severity=severity, cause_code=cause
            )
    return None


def awaited_overlap(state: Handoff) -> date | None:
    """The day on which benefits of two agencies meet, as reported, and nobody was told of yet."""
    pairs = _pairs(state, date.max)
    firsts = [first for first, *_ in pairs if first.isoformat() not in state.overlaps]
    return min(firsts, default=None)


def _doubled(state: Handoff, today: date) -> Iterator[tuple[date, date, OverlapCause]]:
    for first, last, one, other in _pairs(state, today):
        yield first, last, _why_doubled(one, other)


def _pairs(state: Handoff, today: date) -> Iterator[tuple[date, date, Cover, Cover]]:
    """Benefits of two agencies on the same days; where both run on, as far as today."""
    paid = [cover for cover in covers(state) if cover.kind != NO_NEED]
    for one, other in combinations(paid, 2):
        first = max(one.from_on, other.from_on)
        last = min(one.to_on or today, other.to_on or today)
        if one.agency != other.agency and first <= last:
            yield first, last, one, other


def _why_doubled(one: Cover, other: Cover) -> OverlapCause:
    kinds = {one.kind, other.kind}
    if kinds & set(BridgingInstrument):
        return OverlapCause.BRIDGING
    return OverlapCause.END_REVISED if ASYLBENS in kinds else OverlapCause.RETROACTIVE


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _end(text: str | None) -> date | None:
    """The last day; what says 31 December 9999, as was taken once, names none."""
    return None if text == date.max.isoformat() else _day_or_none(text)


def _day_or_none(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
