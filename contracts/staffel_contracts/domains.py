"""Domains of responsibility as data: which kinds of agencies can take one over, by which norm.

One handoff moves one domain of one person. Who is competent in a case is not said here: a receiver
of another kind is refused, and which agency of a kind it is follows from the area.
"""

from typing import Final

from staffel_contracts.codes import AgencyKind, ConsentKind, ResponsibilityDomain, kind_of

_DISTRICT, _JOBCENTER = AgencyKind.DISTRICT, AgencyKind.JOBCENTER
_SOCIAL, _YOUTH = AgencyKind.SOCIAL_ASSISTANCE, AgencyKind.YOUTH_OFFICE

COMPETENT: Final[dict[ResponsibilityDomain, dict[AgencyKind, str]]] = {
    ResponsibilityDomain.BENEFITS: {
        _JOBCENTER: "§ 7 Abs. 1 SGB II",
        _SOCIAL: "§ 19 Abs. 1, 2 SGB XII",
        _YOUTH: "§§ 39, 42 SGB VIII",
        _DISTRICT: "§ 10 AsylbLG",
    },
    ResponsibilityDomain.ACCOMMODATION: {
        _JOBCENTER: "§ 22 SGB II",
        _SOCIAL: "§ 35 SGB XII",
        _YOUTH: "§ 42 Abs. 1 S. 2 SGB VIII",
        _DISTRICT: "§ 53 AsylG",
    },
    ResponsibilityDomain.HEALTH_COVER: {
        _JOBCENTER: "§ 5 Abs. 1 Nr. 2a, § 175 Abs. 3 SGB V",
        _SOCIAL: "§ 264 Abs. 2 SGB V",
        _YOUTH: "§ 40 SGB VIII",
        _DISTRICT: "§§ 4, 6 AsylbLG, § 264 Abs. 1, 2 SGB V",
    },
    ResponsibilityDomain.LABOUR_INTEGRATION: {
        _JOBCENTER: "§ 16 Abs. 1 SGB II",
        _YOUTH: "§ 13 SGB VIII",
        _DISTRICT: "§ 5 AsylbLG",
    },
    ResponsibilityDomain.INTEGRATION_COUNSELLING: {
        _JOBCENTER: "§ 16a SGB II",
        _YOUTH: "§ 13 Abs. 1 SGB VIII",
        _DISTRICT: "§ 45 AufenthG",
    },
}
"""Every domain with the kinds of agencies that can be responsible in it, each with its norm."""

BY_CONSENT: Final[dict[ResponsibilityDomain, ConsentKind]] = {
    ResponsibilityDomain.INTEGRATION_COUNSELLING: ConsentKind.COUNSELLING_SUMMARY,
}
"""Domains that pass by consent only (§ 67b Abs. 1 SGB X), and by which kind of it."""

BEGINS_WITH_BENEFITS: Final = frozenset({ResponsibilityDomain.HEALTH_COVER})
"""Domains in which a jobcenter takes over with its benefits, and no day before (§ 186 Abs. 2a
SGB V)."""


def can_take_over(domain: ResponsibilityDomain, agency: str) -> bool:
    """Whether an agency of this kind can be responsible in a domain."""
    return kind_of(agency) in COMPETENT[domain]
