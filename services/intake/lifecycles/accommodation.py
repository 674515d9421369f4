"""Lifecycles about accommodation."""

from services.chassis.lifecycle import NEW, Lifecycle, Step
from staffel_contracts.commands import intake as commands
from staffel_contracts.facts import intake as facts

ACCOMMODATION = Lifecycle(
    name="accommodation",
    ref="accommodation_ref",
    steps=(
        Step(commands.RegisterAccommodation, facts.AccommodationRegistered, after=(NEW,)),
        Step(
            commands.ChangeAccommodationCapacity,
            facts.AccommodationCapacityChanged,
            after=(facts.AccommodationRegistered, facts.AccommodationCapacityChanged),
        ),
        Step(
            commands.RetireAccommodation,
            facts.AccommodationRetired,
            after=(facts.AccommodationRegistered, facts.AccommodationCapacityChanged),
        ),
    ),
)

PLACE = Lifecycle(
    name="place",
    ref="accommodation_ref",
    steps=(
        Step(
            commands.AssignPlace,
            facts.PlaceAssigned,
            after=(NEW, facts.PlaceAssigned),
            planned=True,
        ),
    ),
)
