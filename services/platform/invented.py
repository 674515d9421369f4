"""An invented district with its agencies: what a home begins with where nobody names others."""

from services.chassis.agencies import Agency
from staffel_contracts.codes import AgencyKind

DISTRICT = "12069"


def invented_agencies(district: str = DISTRICT) -> list[Agency]:
    """A district and the agencies that persons are handed to; the mailboxes are invented."""
    kinds = (
        AgencyKind.DISTRICT,
        AgencyKind.JOBCENTER,
        AgencyKind.SOCIAL_ASSISTANCE,
        AgencyKind.YOUTH_OFFICE,
        AgencyKind.IMMIGRATION_OFFICE,
    )
    return [
        Agency(
            id=f"{kind.value}-{district}",
            kind=kind,
            district=district,
            name=f"{kind.de} {district}",
            email=f"{kind.value}@{district}.example",
        )
        for kind in kinds
    ]
