"""What casework is asked about working groups."""

from datetime import date
from typing import ClassVar

from staffel_contracts.access import COORDINATE, Roles
from staffel_contracts.codes import AgencyKind, FieldOfAction
from staffel_contracts.command import DISTRICT, DistrictCommand
from staffel_contracts.fact import Ref


class FormWorkingGroup(DistrictCommand):
    """Record that a working group was formed."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("working-group-formed",)

    working_group_ref: Ref
    field_of_action: FieldOfAction
    formed_on: date


class RecordWorkingGroupResult(DistrictCommand):
    """Record a result of a working group."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    ROLES: ClassVar[Roles] = COORDINATE
    LEADS_TO: ClassVar[tuple[str, ...]] = ("working-group-result-recorded",)

    working_group_ref: Ref
    recorded_on: date
    document_ref: Ref
