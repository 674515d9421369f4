"""jobcenter_bridge in one literal: what it is asked, what it hears, what it keeps."""

from typing import Any

from services.chassis.decider import Asked, Heard
from services.chassis.service import Copy, Route, Service, Subject, View
from services.jobcenter_bridge import api, reports, working
from services.jobcenter_bridge.benefits import REPORTS
from services.jobcenter_bridge.copies import (
    Admission,
    Benefits,
    evolve_admission,
    evolve_benefits,
)
from services.jobcenter_bridge.decider import decide, due, evolve
from services.jobcenter_bridge.recording import RECORDED
from services.jobcenter_bridge.state import Handoff
from services.jobcenter_bridge.tables import (
    AdmissionRow,
    BenefitsRow,
    CoverageGapRow,
    HandoffRecordRow,
    HandoffRow,
    ResponsibilityRow,
)
from services.jobcenter_bridge.views import gap_rows, handoff_rows, responsibility_rows
from staffel_contracts.codes import ResponsibilityDomain
from staffel_contracts.commands import jobcenter_bridge as commands
from staffel_contracts.envelope import Leaf
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework, intake

# What is heard, and what is said of cover, is about the domain of benefits; a second domain gets
# routes of its own here.
_DOMAIN = ResponsibilityDomain.BENEFITS


def _asked_domain(asked: Asked[Any]) -> str:
    return f"{asked.command.case}/{asked.command.domain.value}"


def _asked_case(asked: Asked[Any]) -> str:
    return f"{asked.command.case}/{_DOMAIN.value}"


def _heard_benefits(heard: Heard[Any]) -> str:
    return f"{heard.case}/{_DOMAIN.value}"


def _key_of(fact: Fact, leaf: Leaf) -> str:
    domain: ResponsibilityDomain = getattr(fact, "domain", _DOMAIN)
    return f"{leaf.subject}/{domain.value}"


def _keys(case: str) -> tuple[str, ...]:
    return tuple(f"{case}/{domain.value}" for domain in ResponsibilityDomain)


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
    keys=_keys,
)

_ASKED = Route(HANDOFF, _asked_domain)
_HEARD = Route(HANDOFF, _heard_benefits)

SERVICE = Service(
    name="jobcenter_bridge",
    asks={
        commands.ConfirmDelivery: _ASKED,
        commands.AcknowledgeHandoff: _ASKED,
        commands.RequestHandoffInformation: _ASKED,
        commands.AcceptHandoff: _ASKED,
        commands.RejectHandoff: _ASKED,
        commands.NotifyBenefitStart: _ASKED,
        commands.ReportDeliveryFailure: _ASKED,
        commands.ForwardHandoff: _ASKED,
        commands.WithdrawHandoff: _ASKED,
        commands.AnnulHandoff: _ASKED,
        commands.RequestHandoff: _ASKED,
        commands.HandBackToDistrict: _ASKED,
        **dict.fromkeys(REPORTS, Route(HANDOFF, _asked_case)),
        **dict.fromkeys(RECORDED.commands, Route(HANDOFF, _asked_case)),
    },
    hears={
        "intake": {intake.PersonAdmitted: _HEARD},
        "casework": {
            casework.EntitlementEndComputed: _HEARD,
            casework.EntitlementEndRevised: _HEARD,
            casework.HandoverSheetCompleted: _HEARD,
            casework.HandoffInformationSupplied: _HEARD,
            casework.HandoffDrafted: _HEARD,
            casework.CaseClosed: _HEARD,
            casework.CaseReopened: _HEARD,
        },
    },
    queries={
        "responsibility": api.responsibility,
        "handoffs": api.handoffs,
        "queue": working.queue,
        "timelines": working.timelines,
        "handoff-report": reports.report,
    },
)
