"""Small numbers are not told: fewer than five persons could be recognised, also by reckoning.

A number that stands beside its sum is left out with others, until what is missing from the sum
stands for at least two codes and five persons.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

SMALLEST = 5
"""Fewer persons than this are not counted out."""
_FEWEST_CODES = 2
Case = TypeVar("Case", bound=Hashable)


def shown(number: int, persons: int) -> int | None:
    """A number of so many persons, or nothing where those are few; none at all may be said."""
    return number if persons == 0 or persons >= SMALLEST else None


def part_of(number: int, persons: int, of_persons: int) -> int | None:
    """A number of some persons of all, or nothing where those or the others are few."""
    others = of_persons - persons
    return None if 0 < others < SMALLEST else shown(number, persons)


def hidden(persons: Mapping[str, int]) -> set[str]:
    """The codes whose numbers are left out, given how many persons each stands for."""
    found = {code for code, number in persons.items() if 0 < number < SMALLEST}
    left = sorted(persons.keys() - found, key=lambda code: (persons[code], code))
    while found and left and not _cannot_be_reckoned(persons, found):
        found.add(left.pop(0))
    return found


def _cannot_be_reckoned(persons: Mapping[str, int], found: Collection[str]) -> bool:
    return len(found) >= _FEWEST_CODES and sum(persons[code] for code in found) >= SMALLEST


def suppressed(counted: Iterable[tuple[str, Case]]) -> dict[str, int | None]:
    """How often each code was counted, given with the case; small ones are ``None``."""
    numbers: dict[str, int] = {}
    cases: dict[str, set[Case]] = {}
    for code, case in counted:
        numbers[code] = numbers.get(code, 0) + 1
        cases.setdefault(code, set()).add(case)
    left_out = hidden({code: len(known) for code, known in cases.items()})
    return {code: None if code in left_out else numbers[code] for code in sorted(numbers)}
