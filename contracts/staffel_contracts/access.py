"""Who may do and read what: roles by the kind of work, and how far an agency's reach goes."""

from enum import StrEnum
from typing import Final

from staffel_contracts.codes import AccessPurpose, Role

PURPOSE_HEADER: Final = "Staffel-Purpose"
ROLE_HEADER: Final = "Staffel-Role"

Roles = frozenset[Role]

NO_ROLE: Final[Roles] = frozenset()
LEAD: Final[Roles] = frozenset({Role.LEAD, Role.SYSTEM})
"""What takes a lead's word. An agency's own system answers for who decided in it."""
DECIDE: Final[Roles] = LEAD | {Role.CASEWORKER}
"""What changes a person's rights or whose case it is."""
RECORD: Final[Roles] = DECIDE | {Role.CLERK}
"""What is entered from papers and files."""
ACCOMPANY: Final[Roles] = RECORD | {Role.GUIDE}
"""What those who accompany a person report: tasks, referrals, courses, housing."""
COORDINATE: Final[Roles] = LEAD | {Role.COORDINATOR, Role.CLERK}
"""The district's network: offers, providers, groups, funding, volunteers. No persons."""
EVERYBODY: Final[Roles] = frozenset(Role)

READ_CASES: Final[Roles] = RECORD | {Role.AUDITOR}
"""Names, dates and sheets of the agency's cases."""
READ_STAGES: Final[Roles] = READ_CASES | {Role.GUIDE}
"""Where a case stands, without names."""
READ_NUMBERS: Final[Roles] = READ_CASES | {Role.COORDINATOR}
"""Numbers in which nobody can be recognised."""

READING: Final = frozenset(AccessPurpose) - {AccessPurpose.OPERATION}
"""What a person's record may be read for; running the machine is none of it."""


class Scope(StrEnum):
    """How far an agency's reach goes: beyond it an answer is the one for what does not exist."""

    DISTRICT = "district"
    """What belongs to the agency's own district, named by its official key (AGS)."""
    CASE = "case"
    """Cases in which the agency is involved: its own, those it is responsible for, those handed to
    it or, where only reading is meant, those it had before."""
    HANDOFF = "handoff"
    """One side of a handoff, and only what is that side's to say."""
    OWN = "own"
    """What is addressed to the agency itself: its feed, its letters, its queue."""
    PLATFORM = "platform"
    """The machine, not any agency's data."""
