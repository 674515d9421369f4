"""Who belonged to which household when, and whose sheets told of somebody corrected; pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from services.casework.person_copy import Person
from services.chassis.decider import Heard
from services.chassis.legal_calendar import legal_date
from staffel_contracts.codes import AgencyKind
from staffel_contracts.facts.intake import PersonCorrected

_EVER, _STILL = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
Shared = dict[str, dict[str, datetime]]
"""By case and household: when somebody else was told of beside it for the last time."""


class Membership(NamedTuple):
    """The person of a case belonged to a household from one moment to before another."""

    case: str
    household: str
    since: datetime
    until: datetime = _STILL


class Sheet(NamedTuple):
    """A sheet by its reference: the household that stands on it, who made it, and for whom."""

    ref: str
    household: str | None
    from_agency: str
    to_agency: str


class Told(NamedTuple):
    """The sheets of a case that told of another person, and the last day on which they did.

    None where they do still.
    """

    sheet_refs: tuple[str, ...]
    told_until: date | None


def membership_rows(before: Person, after: Person, heard: Heard[Any]) -> list[dict[str, Any]]:
    """The household that the person left with what was heard, and the one joined."""
    if before.household_ref == after.household_ref:
        return []
    left = [_row(before) | {"until": heard.time}] if before.household_ref else []
    return [*left, _row(after)] if after.household_ref else left


def _row(copy: Person) -> dict[str, Any]:
    return {
        "membership_id": f"{copy.case_id}/{copy.households}",
        "case_id": copy.case_id,
        "household_ref": copy.household_ref,
        "since": copy.household_since,
        "until": None,
    }


def membership(row: Any) -> Membership:
    """A membership as it is stored."""
    until = row.until or _STILL
    return Membership(row.case_id, row.household_ref, row.since, until)


def concerned(heard: Heard[PersonCorrected], known: Iterable[Membership]) -> list[Membership]:
    """The memberships, of all that are known, in which others' sheets told what is corrected.

    A birth date was wrong in every household. Where the household itself is corrected, it was the
    last one that was wrong, and the right one's sheets lacked the person for as long.
    """
    fact, every = heard.fact, sorted(known, key=lambda one: one.since)
    told = every if fact.birth_date else every[-1:] if fact.household_ref else []
    if fact.household_ref is None:
        return told
    since = every[-1].since if every else _EVER
    return [*told, Membership(str(heard.case), fact.household_ref, since)]


def shared(mine: Sequence[Membership], others: Iterable[Membership]) -> Shared:
    """Who else belonged to a household of the same name at the same time."""
    found: Shared = defaultdict(dict)
    for one in others:
        for own in mine:
            until = min(own.until, one.until)
            # What was recorded at one moment is not always heard at one.
            together = max(own.since, one.since) <= until
            if together and own.household == one.household and own.case != one.case:
                known = found[one.case].get(one.household, _EVER)
                found[one.case][one.household] = max(known, until)
    return found


def agencies(heard: Heard[PersonCorrected], sheets: Iterable[Sheet]) -> set[str]:
    """Whose case it is or was, as the person's own sheets say: only they told of it on others'.

    Two districts may name a household alike.
    """
    first = f"{AgencyKind.DISTRICT.value}-{heard.district}"
    return {first} | {agency for one in sheets for agency in (one.from_agency, one.to_agency)}


def told(
    sheets: Iterable[Sheet], together: dict[str, datetime], by: Collection[str]
) -> Told | None:
    """Which of a case's sheets that these agencies made told of the other; None: none did.

    A sheet tells of the household that stands on it, whichever the person belongs to since.
    """
    telling = {
        one.ref: together[one.household]
        for one in sheets
        if one.household in together and one.from_agency in by
    }
    if not telling:
        return None
    until = max(telling.values())
    return Told(tuple(sorted(telling)), None if until == _STILL else legal_date(until))
