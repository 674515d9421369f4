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
from staffel_contracts.domains import BEGINS_WITH_BENEFITS, BY_CONSENT
from staffel_contracts.envelope import Leaf
from staffel_contracts.fact import Fact
from staffel_contracts.facts import casework, intake

# What names no domain is about benefits: their end, the cover, and all that is only recorded.
_DOMAIN = ResponsibilityDomain.BENEFITS


def _asked_domain(asked: Asked[Any]) -> str:
    return f"{asked.command.case}/{asked.command.domain.value}"


def _asked_case(asked: Asked[Any]) -> str:
    return f"{asked.command.case}/{_DOMAIN.value}"


def _heard_domain(heard: Heard[Any]) -> str:
    domain: ResponsibilityDomain = getattr(heard.fact, "domain", _DOMAIN)
    return f"{heard.case}/{domain.value}"


def _all_others(heard: Heard[Any]) -> tuple[str, ...]:
    """Whom intake admitted, and whether the district closed the case, counts in every domain."""
    return tuple(key for key in _keys(heard.case or "") if key != _heard_domain(heard))


def _that_begin_with_benefits(heard: Heard[Any]) -> tuple[str, ...]:
    return tuple(f"{heard.case}/{domain.value}" for domain in BEGINS_WITH_BENEFITS)


def _consented_domain(heard: Heard[Any]) -> str:
    return next(iter(_consented_domains(heard)))


def _consented_domains(heard: Heard[Any]) -> tuple[str, ...]:
    return tuple(f"{heard.case}/{domain.value}" for domain in BY_CONSENT)


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
_HEARD = Route(HANDOFF, _heard_domain)
_OF_CASE = Route(HANDOFF, _heard_domain, _all_others)
_END = Route(HANDOFF, _heard_domain, _that_begin_with_benefits)
_CONSENT = Route(HANDOFF, _consented_domain, lambda heard: _consented_domains(heard)[1:])

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
        "intake": {
            intake.PersonAdmitted: _OF_CASE,
            intake.ConsentGiven: _CONSENT,
            intake.ConsentRevoked: _CONSENT,
        },
        "casework": {
            casework.EntitlementEndComputed: _END,
            casework.EntitlementEndRevised: _END,
            casework.EntitlementEndWithdrawn: _END,
            casework.HandoverSheetCompleted: _HEARD,
            casework.HandoffInformationSupplied: _HEARD,
            casework.HandoffDrafted: _HEARD,
            casework.HandoffDraftDropped: _HEARD,
            casework.CaseClosed: _OF_CASE,
            casework.CaseReopened: _OF_CASE,
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
