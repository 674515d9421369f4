"""What casework is asked about working groups."""

from datetime import date
from typing import ClassVar

from staffel_contracts.codes import AgencyKind, FieldOfAction
from staffel_contracts.command import DISTRICT, Command
from staffel_contracts.fact import District, Ref


class FormWorkingGroup(Command):
    """Record that a working group was formed."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("working-group-formed",)

    district: District
    working_group_ref: Ref
    field_of_action: FieldOfAction
    formed_on: date


class RecordWorkingGroupResult(Command):
    """Record a result of a working group."""

    MAY: ClassVar[frozenset[AgencyKind]] = DISTRICT
    LEADS_TO: ClassVar[tuple[str, ...]] = ("working-group-result-recorded",)

    district: District
    working_group_ref: Ref
    recorded_on: date
    document_ref: Ref
