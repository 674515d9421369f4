"""Every table of what is only recorded holds together: each step and each deadline works."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.casework.lifecycles import CASE_LIFECYCLES as CASEWORK
from services.casework.lifecycles import NETWORK_LIFECYCLES as NETWORK
from services.chassis.decider import Asked, Due, Refused
from services.chassis.lifecycle import Lifecycle, Lifecycles, Records, Step
from services.chassis.thing import Thing, thing_key
from services.intake.app import SERVICE as INTAKE_SERVICE
from services.intake.lifecycles import CASE_LIFECYCLES as INTAKE
from services.intake.lifecycles import NETWORK_LIFECYCLES as RECEPTION
from services.jobcenter_bridge.lifecycles import CASE_LIFECYCLES as BRIDGE
from staffel_contracts.codes import RefusalCode
from staffel_contracts.command import Command
from staffel_contracts.fact import Fact
from staffel_contracts.samples import fact_sample
from staffel_contracts.scenarios import filled

TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
ALL: tuple[Lifecycle, ...] = (*INTAKE, *RECEPTION, *CASEWORK, *NETWORK, *BRIDGE)
OPEN = (*RECEPTION, *NETWORK)


def named(life: Lifecycle) -> str:
    return f"{life.steps[0].fact.SAYER}-{life.name}"


def asked(command: type[Command]) -> Asked[Any]:
    return Asked(filled(command, {}, {}, TODAY), "district-12069", "actor", "role", "new")


def before(life: Lifecycle, fact: type[Fact] | None) -> Records:
    """The records of a thing whose last fact is this one, and of which all else was said before."""
    if fact is None:
        return {}
    lives, records = Lifecycles(life), dict[str, Any]()
    for said in (*life.facts(), fact):
        sample = fact_sample(said, full=True) | _ref_of(life)
        records = lives.evolve(records, said.model_validate(sample, strict=False))
    return {key: {**record, "since": None} for key, record in records.items()}


def _ref_of(life: Lifecycle) -> dict[str, Any]:
    step = life.steps[0]
    command = filled(step.command, {}, {}, TODAY)
    return {life.ref: command.model_dump(mode="json")[life.ref]} if life.ref else {}


def steps() -> Iterator[Any]:
    for life in ALL:
        for step in life.steps:
            for last in step.after:
                name = f"{step.command.NAME}-after-{last.NAME if last else 'nothing'}"
                yield pytest.param(life, step, last, id=name)


@pytest.mark.parametrize(("life", "step", "last"), list(steps()))
def test_a_step_says_its_fact(life: Lifecycle, step: Step, last: type[Fact] | None) -> None:
    lives, records = Lifecycles(life), before(life, last)

    fact = lives.decide(records, asked(step.command), AT)

    assert type(fact) is step.fact
    assert lives.evolve(records, fact)[life.key(fact)]["last"] == step.fact.NAME


@pytest.mark.parametrize("life", ALL, ids=named)
def test_a_step_that_does_not_follow_is_refused(life: Lifecycle) -> None:
    for step in life.steps:
        for last in {None, *life.facts()} - set(step.after):
            with pytest.raises(Refused) as refused:
                Lifecycles(life).decide(before(life, last), asked(step.command), AT)
            known = RefusalCode.ILLEGAL_TRANSITION if last else RefusalCode.NOT_FOUND
            assert refused.value.code is known


@pytest.mark.parametrize("life", [x for x in ALL if x.deadlines], ids=named)
def test_a_deadline_says_its_fact_and_is_over(life: Lifecycle) -> None:
    lives = Lifecycles(life)
    for deadline in life.deadlines:
        for last in deadline.after:
            records = before(life, last)
            kinds = [k for k in lives.due(records) if k.startswith(deadline.fact.NAME)]

            fact = lives.at_deadline(records, Due(kinds[0], AT, "new"))

            assert fact is not None
            assert type(fact) is deadline.fact
            assert kinds[0] not in lives.due(lives.evolve(records, fact))


@pytest.mark.parametrize("life", OPEN, ids=named)
def test_what_names_no_person_is_keyed_by_district_and_sealed_for_nobody(life: Lifecycle) -> None:
    for step in life.steps:
        key = thing_key(Lifecycles(life), filled(step.command, {}, {"district": "12069"}, TODAY))

        assert key.startswith(f"12069/{life.name}/")
        assert Thing(key).about == (None, None, "12069")


def test_a_thing_of_another_district_is_refused() -> None:
    [(command, route)] = [
        (command, route)
        for command, route in INTAKE_SERVICE.asks.items()
        if command.NAME == "register-accommodation"
    ]
    wish = filled(command, {}, {"district": "12069"}, TODAY)

    with pytest.raises(Refused) as refused:
        route.subject.decide(
            Thing("12069/accommodation/a"), Asked(wish, "district-14612", "a", "r", "n"), AT
        )

    assert refused.value.code is RefusalCode.AGENCY_MAY_NOT
