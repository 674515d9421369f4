"""What casework is asked about court actions, titles that run out and residence rules that end."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import RECORD, Roles
from staffel_contracts.codes import AgencyKind, ContestScope, FinalityVariant, ResidenceRuleEnd
from staffel_contracts.command import DISTRICT, DISTRICT_OR_IMMIGRATION
from staffel_contracts.commands.casework.case import CaseCommand


class ReportCourtAction(CaseCommand):
    """Report that court action was brought against the decision that was served last.

    Nothing is final while a ``full`` action runs. Whether the part that was granted is final while
    an action for more protection runs (``partial``) is disputed: ``finality_variant`` says which
    view the district takes, ``whole-decision`` without it. A judgment or a withdrawal ends the
    action: ``record-finality``.

    An action that was brought after its period takes ``reinstated_on``, the day on which a court
    granted reinstatement (§ 60 VwGO).
    """

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("asylum-decision-contested", "entitlement-end-withdrawn")

    contested_on: date
    scope: ContestScope
    finality_variant: FinalityVariant | None = None
    reinstated_on: date | None = None


class RecordResidenceRuleLifted(CaseCommand):
    """Record that the residence rule was lifted."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_IMMIGRATION
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("residence-rule-lifted",)

    lifted_on: date
    reason_code: ResidenceRuleEnd


class RecordResidenceRuleLapsed(CaseCommand):
    """Record that the residence rule ended by itself."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT_OR_IMMIGRATION
    ROLES: ClassVar[Roles] = RECORD
    LEADS_TO: ClassVar[tuple[str, ...]] = ("residence-rule-lapsed",)

    lapsed_on: date
    reason_code: ResidenceRuleEnd
