"""What casework is asked about plans, their measures, and the rules that dates follow from."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.access import COORDINATE, LEAD, Roles
from staffel_contracts.codes import AgencyKind
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Digest, Ref


class ReportIntegrationConceptAdopted(DistrictCommand):
    """Report that a concept for integration was adopted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("integration-concept-adopted",)

    document_ref: Ref
    adopted_on: date


class PublishRuleSet(DistrictCommand):
    """Say by which rules dates are computed from a day on; the digest names their files."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = LEAD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("rule-set-published",)

    rule_set_ref: Ref
    rule_ids: tuple[Ref, ...] = Field(min_length=1)
    valid_from: date
    valid_to: date | None = None
    source: Ref
    digest: Digest | None = None
