"""What a jobcenter reports of a person in its hands, and what of it goes back to the district."""

from typing import Any

import pytest

from services.chassis.decider import Refused
from staffel_contracts.audiences import jobcenter_bridge, jobcenter_bridge_labour
from staffel_contracts.codes import (
    AgencyKind,
    AppointmentKind,
    ConsentKind,
    HoursBand,
    PlacementEndReason,
    PlacementKind,
    RefusalCode,
)
from staffel_contracts.command import TAKES_OVER, Command
from staffel_contracts.commands import jobcenter_bridge as commands
from staffel_contracts.fact import Fact
from staffel_contracts.facts import jobcenter_bridge as facts
from tests.support.entries import RECEIVER, admitted, sheet
from tests.support.given import CASE, day
from tests.support.handoffs import Handoffs

INVITED = commands.ScheduleJobcenterAppointment(
    case=CASE,
    appointment_ref="t-1",
    scheduled_on=day("2025-04-04"),
    appointment_on=day("2025-04-10"),
    slot="09:00",
    appointment_kind=AppointmentKind.GROUP,
)
MISSED = commands.RecordAppointmentMissed(
    case=CASE, appointment_ref="t-1", missed_on=day("2025-04-04")
)
STARTED = commands.ReportPlacementStart(
    case=CASE,
    placement_ref="p-1",
    placement_kind=PlacementKind.JOB,
    started_on=day("2025-04-01"),
    employer_ref="e-7",
    hours_band=HoursBand.FROM_15,
)
ENDED = commands.ReportPlacementEnd(
    case=CASE,
    placement_ref="p-1",
    ended_on=day("2025-04-03"),
    reason_code=PlacementEndReason.TERM_OVER,
)
SEEN = jobcenter_bridge.SEEN | jobcenter_bridge_labour.SEEN


def in_hand(*reported: Command) -> Handoffs:
    """The bridge after the handoff was submitted and some things were reported."""
    bridge = Handoffs()
    bridge.hears(admitted(), sheet())
    for command in reported:
        bridge.asks(command, RECEIVER)
    return bridge


def refusal(bridge: Handoffs, command: Command, agency: str = RECEIVER) -> RefusalCode:
    with pytest.raises(Refused) as refused:
        bridge.asks(command, agency)
    return refused.value.code


def test_the_receiver_of_a_handoff_invites_the_person_before_it_accepts() -> None:
    (said,) = in_hand().asks(INVITED, RECEIVER)

    assert said == facts.JobcenterAppointmentScheduled(**INVITED.model_dump(exclude={"case"}))


def test_an_appointment_that_was_missed_is_fixed_again() -> None:
    bridge = in_hand(INVITED, MISSED)

    (said,) = bridge.asks(INVITED, RECEIVER)

    assert isinstance(said, facts.JobcenterAppointmentScheduled)


def test_a_jobcenter_that_was_never_handed_the_person_reports_nothing() -> None:
    bridge = in_hand()

    assert refusal(bridge, INVITED, "jobcenter-14511") is RefusalCode.NOT_RESPONSIBLE


def test_the_first_payment_names_who_paid_and_is_made_once() -> None:
    paid = commands.ReportFirstPayment(case=CASE, decision_ref="d-1", paid_on=day("2025-04-04"))
    bridge = in_hand()

    (said,) = bridge.asks(paid, RECEIVER)

    assert said == facts.FirstPaymentMade(
        decision_ref="d-1", agency=RECEIVER, paid_on=day("2025-04-04")
    )
    assert refusal(bridge, paid) is RefusalCode.ILLEGAL_TRANSITION


def test_a_placement_that_nobody_proposed_may_start_and_keeps_its_kind_to_the_end() -> None:
    (said,) = in_hand(STARTED).asks(ENDED, RECEIVER)

    assert said == facts.PlacementEnded(
        placement_ref="p-1",
        placement_kind=PlacementKind.JOB,
        ended_on=day("2025-04-03"),
        reason_code=PlacementEndReason.TERM_OVER,
    )


def test_a_placement_that_ended_does_not_last() -> None:
    lasting = commands.ReportPlacementSustained(
        case=CASE, placement_ref="p-1", sustained_on=day("2025-04-04"), months=6
    )

    assert refusal(in_hand(STARTED, ENDED), lasting) is RefusalCode.ILLEGAL_TRANSITION


def to_district(fact: type[Fact]) -> Any:
    return SEEN[fact].get(AgencyKind.DISTRICT)


@pytest.mark.parametrize(
    "fact",
    [
        facts.PotentialAnalysed,
        facts.PlacementProposed,
        facts.QualificationMeasureStarted,
        facts.QualificationMeasureEnded,
    ],
)
def test_how_a_jobcenter_works_with_a_person_never_goes_back(fact: type[Fact]) -> None:
    assert to_district(fact) is None


def test_the_district_learns_that_somebody_works_and_not_where() -> None:
    assert to_district(facts.PlacementStarted).fields == {"started_on"}


def test_the_district_never_learns_why_a_benefit_was_refused() -> None:
    assert "reason_code" not in to_district(facts.BenefitDecided).fields


def test_a_missed_appointment_goes_back_only_with_the_persons_consent() -> None:
    assert to_district(facts.JobcenterAppointmentMissed).consent is ConsentKind.GUIDE_CONTACT


def test_only_agencies_that_can_be_responsible_see_anything_of_a_handoff() -> None:
    receivers = {kind for seen in SEEN.values() for kind in seen}

    assert receivers == TAKES_OVER
