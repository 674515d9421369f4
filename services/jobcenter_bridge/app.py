"""jobcenter_bridge in one literal: what it is asked, what it hears, what it keeps."""

from typing import Any

from staffel_contracts.codes import ResponsibilityDomain
from staffel_contracts.commands import jobcenter_bridge as commands
from staffel_contracts.envelope import Leaf
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    EntitlementEndComputed,
    EntitlementEndRevised,
    HandoffInformationSupplied,
    HandoverSheetCompleted,
)
from staffel_contracts.facts.intake import PersonAdmitted

from services.chassis.decider import Asked, Heard
from services.chassis.service import Copy, Route, Service, Subject, View
from services.jobcenter_bridge import api
from services.jobcenter_bridge.decider import decide, due, evolve
from services.jobcenter_bridge.state import (
    Admission,
    Benefits,
    Handoff,
    evolve_admission,
    evolve_benefits,
)
from services.jobcenter_bridge.tables import (
    AdmissionRow,
    BenefitsRow,
    CoverageGapRow,
    HandoffRecordRow,
    HandoffRow,
    ResponsibilityRow,
)
from services.jobcenter_bridge.views import gap_rows, handoff_rows, responsibility_rows


def _benefits_of(heard: Heard[Any]) -> str:
    return f"{heard.case}/{ResponsibilityDomain.BENEFITS.value}"


def _by_domain(asked: Asked[Any]) -> str:
    return f"{asked.command.case}/{asked.command.domain.value}"


def _key_of(fact: Fact, leaf: Leaf) -> str:
    domain = getattr(fact, "domain", ResponsibilityDomain.BENEFITS)
    return f"{leaf.subject}/{domain.value}"


HANDOFF = Subject(
    name="handoff",
    state=Handoff,
    table=HandoffRow,
    decide=decide,
    evolve=evolve,
    due=due,
    copies=(
        Copy("admission", "intake", Admission, AdmissionRow, evolve_admission),
        Copy("benefits", "casework", Benefits, BenefitsRow, evolve_benefits),
    ),
    views=(
        View(HandoffRecordRow, handoff_rows),
        View(ResponsibilityRow, responsibility_rows),
        View(CoverageGapRow, gap_rows),
    ),
    key_of=_key_of,
)

SERVICE = Service(
    name="jobcenter_bridge",
    asks={
        command: Route(HANDOFF, _by_domain)
        for command in (
            commands.ConfirmDelivery,
            commands.AcknowledgeHandoff,
            commands.RequestHandoffInformation,
            commands.AcceptHandoff,
            commands.RejectHandoff,
            commands.NotifyBenefitStart,
        )
    },
    hears={
        "intake": {PersonAdmitted: Route(HANDOFF, _benefits_of)},
        "casework": {
            fact: Route(HANDOFF, _benefits_of)
            for fact in (
                EntitlementEndComputed,
                EntitlementEndRevised,
                HandoverSheetCompleted,
                HandoffInformationSupplied,
            )
        },
    },
    queries={"responsibility": api.responsibility, "handoffs": api.handoffs},
)
