"""How the tables of audiences are written: fields, legal basis, consent."""

from typing import Final, NamedTuple

from staffel_contracts.codes import AgencyKind, ConsentKind
from staffel_contracts.fact import Fact

OWN_CASE: Final = "§ 10 AsylbLG"
"""The district keeps the file of its own case."""
SENT_BY: Final = "§ 67b Abs. 1 SGB X"
"""The sender follows what became of its own handoff: status only."""
SENT_TO: Final = "§ 67a Abs. 2 SGB X"
"""The receiver gets what it needs to decide."""
BACK: Final = "§ 74 Abs. 5 S. 3 SGB II"
"""The jobcenter tells the district that its benefits start."""
OWN_FILE: Final = "§ 67c Abs. 1 SGB X"
"""The jobcenter keeps the file of the person it is responsible for."""
REIMBURSED: Final = "§§ 102 bis 104 SGB X"
"""Whoever is to pay another agency back gets what the claim rests on."""
TOLD: Final = "Art. 19 DSGVO"
"""Whoever received data is told that it was corrected, erased or restricted."""
COURSES: Final = "§ 88a AufenthG"
"""Agencies tell each other of course registrations and starts."""
PROVIDER: Final = "§ 7 IntV"
"""A course provider gets what the registration form holds."""
PLEDGED: Final = "§ 78 SGB X"
"""Guides and volunteers pledged confidentiality: what a task needs, nothing on benefits."""
CONSENT: Final = "§ 67b Abs. 2 SGB X"
"""The person consented, in writing or electronically."""
OPEN: Final = "ohne Personenbezug"
"""No personal data: no basis is needed."""


class Audience(NamedTuple):
    """The fields that one kind of receiver may see, why it may, and the consent it takes."""

    fields: frozenset[str]
    basis: str
    consent: ConsentKind | None = None


Seen = dict[type[Fact], dict[AgencyKind, Audience]]


def all_of(fact: type[Fact], basis: str, consent: ConsentKind | None = None) -> Audience:
    """Every field."""
    return all_but(fact, basis, consent=consent)


def all_but(
    fact: type[Fact], basis: str, *withheld: str, consent: ConsentKind | None = None
) -> Audience:
    """Every field except the withheld.

    Raises:
        ValueError: a field is not in the fact.
    """
    _known(fact, withheld)
    return Audience(frozenset(fact.model_fields) - set(withheld), basis, consent)


def only(
    fact: type[Fact], basis: str, *fields: str, consent: ConsentKind | None = None
) -> Audience:
    """These fields and no other.

    Raises:
        ValueError: a field is not in the fact.
    """
    _known(fact, fields)
    return Audience(frozenset(fields), basis, consent)


def _known(fact: type[Fact], fields: tuple[str, ...]) -> None:
    if unknown := set(fields) - set(fact.model_fields):
        msg = f"{fact.__name__} has no field {', '.join(sorted(unknown))}"
        raise ValueError(msg)
