"""Lifecycles about moving out of the district's accommodation."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

MOVE_OUT = Lifecycle(
    name="move-out",
    ref="",
    steps=(
        Step(commands.RecordMoveOutEligibility, facts.MoveOutEligible, after=(NEW,)),
        Step(
            commands.PlanMoveOut,
            facts.MoveOutPlanned,
            after=(NEW, facts.MoveOutEligible, facts.MoveOutPlanned, facts.MoveOutStalled),
            planned=True,
        ),
        Step(
            commands.ReportMoveOutStalled,
            facts.MoveOutStalled,
            after=(facts.MoveOutEligible, facts.MoveOutPlanned, facts.MoveOutStalled),
        ),
        Step(
            commands.ReportMovedOut,
            facts.MovedOut,
            after=(NEW, facts.MoveOutEligible, facts.MoveOutPlanned, facts.MoveOutStalled),
        ),
    ),
)

PLACE_LEFT = Lifecycle(
    name="place-left",
    ref="accommodation_ref",
    steps=(Step(commands.VacatePlace, facts.PlaceVacated, after=(NEW, facts.PlaceVacated)),),
)
