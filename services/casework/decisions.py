"""The recognitions of a person: when and why each is final, and what was taken to court."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from services.casework.entitlement_facts import Contest, FinalityVariant
from services.casework.person_copy import Person
from services.casework.state import Case
from staffel_contracts.codes import FinalityBasis, ProtectionKind


class Final(NamedTuple):
    """From when a recognition can no longer be contested, and why."""

    on: date
    basis: FinalityBasis


class Recognition(NamedTuple):
    """A recognition as the rules see it; the last one counts, what others brought stays."""

    protection_kind: ProtectionKind | None
    decided_on: date | None
    served_on: date | None
    special_period: bool
    final: Final | None
    contest: Contest
    variant: FinalityVariant


_TAKEN = {FinalityBasis.COURT: Contest.FULL, FinalityBasis.PARTIAL: Contest.PARTIAL}


def recognitions(case: Case, person: Person) -> Iterator[Recognition]:
    """Each recognition by itself, the last one at last, refused or not."""
    yield from _earlier(case, person)
    final = final_of(case, person.served_on)
    yield Recognition(
        protection_kind=_protection(person),
        decided_on=person.decided_on,
        served_on=person.served_on,
        special_period=person.special_period,
        final=final,
        contest=_contest(case, final),
        variant=variant(case),
    )


def _earlier(case: Case, person: Person) -> Iterator[Recognition]:
    for one in person.earlier:
        served_on = date.fromisoformat(one["served_on"])
        decided_on, final = one["decided_on"], final_of(case, served_on)
        yield Recognition(
            protection_kind=ProtectionKind(one["protection_kind"]),
            decided_on=decided_on and date.fromisoformat(decided_on),
            served_on=served_on,
            special_period=one["special_period"],
            final=final,
            contest=_TAKEN.get(final.basis, Contest.NONE) if final else Contest.FULL,
            variant=FinalityVariant.GRANTED_PART,
        )


def final_of(case: Case, served_on: date | None) -> Final | None:
    """The finality of the recognition that was served on a day.

    An entry that does not name its recognition is about the first one.
    """
    if served_on is None:
        return None
    if case.finality_on and served_on == (case.finality_served_on or _first(case)):
        return Final(case.finality_on, FinalityBasis(str(case.finality_basis)))
    known = case.finality_before.get(served_on.isoformat())
    if known is None and served_on == _first(case):
        known = case.finality_before.get("")
    if known is None:
        return None
    return Final(date.fromisoformat(known["finality_on"]), FinalityBasis(known["basis"]))


def served_before(case: Case, day: date) -> date | None:
    """The recognition that counted on a day, by the day on which it was served."""
    return max((one for one in _all(case) if one <= day), default=None)


def _first(case: Case) -> date | None:
    return min(_all(case), default=None)


def _all(case: Case) -> list[date]:
    if case.person is None or case.person.served_on is None:
        return []
    before = (date.fromisoformat(one["served_on"]) for one in case.person.earlier)
    return [*before, case.person.served_on]


def contest(case: Case) -> Contest:
    """How much of the last recognition was taken to court, as far as it was reported.

    An action that was brought before it was served was against an earlier decision.
    """
    served_on = case.person.served_on if case.person else None
    on, scope = case.contested_on, case.contest_scope
    if served_on is None or on is None or scope is None or on < served_on:
        return Contest.NONE
    return Contest(scope)


def variant(case: Case) -> FinalityVariant:
    """Which view of finality is applied to a recognition that is contested in part."""
    return FinalityVariant(case.finality_variant or FinalityVariant.WHOLE_DECISION)


def _contest(case: Case, final: Final | None) -> Contest:
    """Until it is final, a decision counts as one that may still be taken to court.

    What a court decided was taken there, reported or not.
    """
    if final is None:
        return Contest.FULL
    taken = contest(case)
    unreported = final.basis is FinalityBasis.COURT and taken is Contest.NONE
    return Contest.FULL if unreported else taken


def _protection(person: Person) -> ProtectionKind | None:
    kind = person.protection_kind
    return ProtectionKind(kind) if kind and not person.refused_on else None
