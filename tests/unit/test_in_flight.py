"""An agency that asks without waiting for answers is slowed down, and no other one with it."""

import pytest

from services.chassis.access import Turned
from services.chassis.asking.in_flight import InFlight
from staffel_contracts.codes import RefusalCode
from staffel_contracts.problem import Problem


def turned_away(flight: InFlight, agency: str, size: int) -> Turned:
    with pytest.raises(Turned) as turned:
        flight.enter(agency, size)
    return turned.value


def test_an_agency_with_too_much_under_way_is_told_when_to_ask_again() -> None:
    flight = InFlight(most=2, most_bytes=1000)
    flight.enter("a", 10)
    flight.enter("a", 10)

    turned = turned_away(flight, "a", 10)

    assert turned.answer.retry_after == 1
    problem = Problem.model_validate_json(turned.answer.body)
    assert problem.code is RefusalCode.TOO_MANY_REQUESTS


def test_no_other_agency_waits_for_it() -> None:
    flight = InFlight(most=1, most_bytes=1000)
    flight.enter("a", 10)

    flight.enter("b", 10)

    turned_away(flight, "a", 10)


def test_an_answer_makes_room_again() -> None:
    flight = InFlight(most=1, most_bytes=1000)
    for _ in range(3):
        flight.enter("a", 10)
        turned_away(flight, "a", 10)
        flight.leave("a", 10)


def test_bytes_count_as_well_yet_one_request_always_gets_in() -> None:
    flight = InFlight(most=10, most_bytes=100)
    flight.enter("a", 500)

    turned_away(flight, "a", 1)

    flight.leave("a", 500)
    flight.enter("a", 60)
    turned_away(flight, "a", 60)
    flight.enter("a", 40)
