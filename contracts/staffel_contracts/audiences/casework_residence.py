"""Who sees what casework says about entitlement, residence and housing."""

from typing import Final

from staffel_contracts.audiences.rules import OWN_CASE, PLEDGED, SENT_TO, Seen, all_of
from staffel_contracts.codes import AgencyKind
from staffel_contracts.facts import casework

SEEN: Final[Seen] = {
    casework.CaseClosed: {
        AgencyKind.DISTRICT: all_of(casework.CaseClosed, OWN_CASE),
    },
    casework.CaseReopened: {
        AgencyKind.DISTRICT: all_of(casework.CaseReopened, OWN_CASE),
    },
    casework.CircumstancesRecorded: {
        AgencyKind.DISTRICT: all_of(casework.CircumstancesRecorded, OWN_CASE),
    },
    casework.AsylbensGranted: {
        AgencyKind.DISTRICT: all_of(casework.AsylbensGranted, OWN_CASE),
    },
    casework.AsylbensLevelChanged: {
        AgencyKind.DISTRICT: all_of(casework.AsylbensLevelChanged, OWN_CASE),
    },
    casework.AsylbensEnded: {
        AgencyKind.DISTRICT: all_of(casework.AsylbensEnded, OWN_CASE),
    },
    casework.AsylumDecisionContested: {
        AgencyKind.DISTRICT: all_of(casework.AsylumDecisionContested, OWN_CASE),
    },
    casework.ResidenceTitleExpiring: {
        AgencyKind.DISTRICT: all_of(casework.ResidenceTitleExpiring, OWN_CASE),
    },
    casework.ResidenceRuleLifted: {
        AgencyKind.DISTRICT: all_of(casework.ResidenceRuleLifted, OWN_CASE),
    },
    casework.ResidenceRuleLapsed: {
        AgencyKind.DISTRICT: all_of(casework.ResidenceRuleLapsed, OWN_CASE),
    },
    casework.MoveOutEligible: {
        AgencyKind.DISTRICT: all_of(casework.MoveOutEligible, OWN_CASE),
    },
    casework.MoveOutPlanned: {
        AgencyKind.DISTRICT: all_of(casework.MoveOutPlanned, OWN_CASE),
    },
    casework.MoveOutStalled: {
        AgencyKind.DISTRICT: all_of(casework.MoveOutStalled, OWN_CASE),
    },
    casework.MovedOut: {
        AgencyKind.DISTRICT: all_of(casework.MovedOut, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(casework.MovedOut, SENT_TO),
    },
    casework.PlaceVacated: {
        AgencyKind.DISTRICT: all_of(casework.PlaceVacated, OWN_CASE),
    },
    casework.FlatSearchStarted: {
        AgencyKind.DISTRICT: all_of(casework.FlatSearchStarted, OWN_CASE),
        AgencyKind.GUIDE: all_of(casework.FlatSearchStarted, PLEDGED),
    },
    casework.FlatFound: {
        AgencyKind.DISTRICT: all_of(casework.FlatFound, OWN_CASE),
    },
    casework.HousingCostAssuranceRequested: {
        AgencyKind.DISTRICT: all_of(casework.HousingCostAssuranceRequested, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(casework.HousingCostAssuranceRequested, SENT_TO),
    },
    casework.TenancySigned: {
        AgencyKind.DISTRICT: all_of(casework.TenancySigned, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(casework.TenancySigned, SENT_TO),
    },
    casework.ResidenceRegistrationDone: {
        AgencyKind.DISTRICT: all_of(casework.ResidenceRegistrationDone, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(casework.ResidenceRegistrationDone, SENT_TO),
    },
}
