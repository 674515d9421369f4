"""casework in one literal: what it is asked, what it hears, what it keeps."""

from typing import Any

from services.casework import api, households, selecting, sheets_api
from services.casework.beside import told_of, with_household
from services.casework.decider import decide, due, evolve
from services.casework.handoff_copy import HandoffKnown, evolve_handoff
from services.casework.lifecycles import NETWORK_LIFECYCLES
from services.casework.memberships import membership_rows
from services.casework.person_copy import Person, evolve_person
from services.casework.printed import sheet_routes
from services.casework.recording import RECORDED
from services.casework.retaining import erase
from services.casework.state import Case
from services.casework.tables import (
    CaseRow,
    ComputationRow,
    HandoffCopyRow,
    HandoverSheetRow,
    MembershipRow,
    NetworkRow,
    PersonCopyRow,
    RestrictionRow,
)
from services.casework.views import (
    computation_rows,
    restricted,
    restriction_rows,
    sheet_rows,
)
from services.chassis.decider import Asked, Heard
from services.chassis.lifecycle import Lifecycles
from services.chassis.service import Copy, CopyView, Route, Service, Subject, View
from services.chassis.thing import thing_key, things
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts
from staffel_contracts.facts import intake
from staffel_contracts.facts import jobcenter_bridge as bridge


def _asked_case(asked: Asked[Any]) -> str:
    return str(asked.command.case)


def _heard_case(heard: Heard[Any]) -> str:
    return str(heard.case)


_NETWORK = Lifecycles(*NETWORK_LIFECYCLES)


def _asked_thing(asked: Asked[Any]) -> str:
    return thing_key(_NETWORK, asked.command)


NETWORK = things("network", NetworkRow, _NETWORK)
CASE = Subject(
    name="case",
    state=Case,
    table=CaseRow,
    decide=decide,
    evolve=evolve,
    due=due,
    copies=(
        Copy(
            "person",
            "intake",
            Person,
            PersonCopyRow,
            evolve_person,
            views=(CopyView(MembershipRow, membership_rows),),
        ),
        Copy("handoff", "jobcenter_bridge", HandoffKnown, HandoffCopyRow, evolve_handoff),
    ),
    beside=with_household,
    erase=erase,
    views=(
        View(HandoverSheetRow, sheet_rows),
        View(ComputationRow, computation_rows),
        View(RestrictionRow, restriction_rows),
    ),
    says=RECORDED.facts
    | {
        facts.AsylumDecisionFinal,
        facts.AsylumDecisionContested,
        facts.EntitlementEndComputed,
        facts.EntitlementEndRevised,
        facts.EntitlementEndWithdrawn,
        facts.HandoverSheetCompleted,
        facts.HandoffInformationSupplied,
        facts.CourseEnrolled,
        facts.CourseStarted,
        facts.HandoffDrafted,
        facts.HandoffDraftDropped,
        facts.HandoverSheetPrinted,
        facts.AsylbensEnded,
        facts.ReimbursementDeadlineNear,
        facts.ReimbursementClaimed,
        facts.ReimbursementSettled,
        facts.RetentionDue,
        facts.SubjectErased,
        facts.HouseholdMemberCorrected,
    },
)

_ASKED = Route(CASE, _asked_case)
_HEARD = Route(CASE, _heard_case)

SERVICE = Service(
    name="casework",
    asks={
        commands.RecordFinality: _ASKED,
        commands.ReportCourtAction: _ASKED,
        commands.SupplyHandoffInformation: _ASKED,
        commands.ResubmitHandover: _ASKED,
        commands.ReportCourseEnrolment: _ASKED,
        commands.ReportCourseStart: _ASKED,
        commands.DraftHandoff: _ASKED,
        commands.DropHandoffDraft: _ASKED,
        commands.RecordSheetPrinted: _ASKED,
        commands.ClaimReimbursement: _ASKED,
        commands.SettleReimbursement: _ASKED,
        **dict.fromkeys(RECORDED.commands, _ASKED),
        **dict.fromkeys(_NETWORK.commands, Route(NETWORK, _asked_thing)),
    },
    hears={
        "intake": {
            intake.PersonAdmitted: _HEARD,
            intake.PersonCorrected: Route(CASE, _heard_case, concerned=told_of),
            intake.CaseOpened: _HEARD,
            intake.AsylumRecognised: _HEARD,
            intake.AsylumRefused: _HEARD,
            intake.ResidenceTitleIssued: _HEARD,
            intake.ResidenceTitleEnded: _HEARD,
            intake.HouseholdFormed: _HEARD,
            intake.HouseholdChanged: _HEARD,
            intake.InterimProofIssued: _HEARD,
            intake.TemporaryProtectionRegistered: _HEARD,
            intake.ResidenceRuleRecorded: _HEARD,
            intake.ConsentGiven: _HEARD,
            intake.ConsentRevoked: _HEARD,
        },
        "jobcenter_bridge": {
            bridge.ResponsibilityChanged: _HEARD,
            bridge.HandedToJobcenter: _HEARD,
            bridge.HandoffSubmitted: _HEARD,
            bridge.HandedBackToDistrict: _HEARD,
            bridge.HandoffRequested: _HEARD,
            bridge.HandoffForwarded: _HEARD,
            bridge.HandoffWithdrawn: _HEARD,
            bridge.HandoffAnnulled: _HEARD,
            bridge.HandoffReversed: _HEARD,
            bridge.CoverageOverlapDetected: _HEARD,
            bridge.BridgingGranted: _HEARD,
            bridge.HandoffInformationRequested: _HEARD,
            bridge.HandoffAccepted: _HEARD,
            bridge.HandoffRejected: _HEARD,
            bridge.HandoffExpired: _HEARD,
            bridge.BenefitStartNotified: _HEARD,
            bridge.HandoffCompleted: _HEARD,
        },
    },
    queries={
        "handover-sheet": sheets_api.handover_sheet,
        "case": api.case,
        "cases": selecting.cases,
        "household": households.household,
        "computations": api.computations,
    },
    restricts=restricted,
    routes=(sheet_routes,),
)
