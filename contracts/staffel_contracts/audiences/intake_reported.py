"""Who sees what intake says beyond the main path."""

from typing import Final

from staffel_contracts.audiences.rules import OPEN, OWN_CASE, Seen, all_of
from staffel_contracts.codes import AgencyKind
from staffel_contracts.facts import intake

SEEN: Final[Seen] = {
    intake.ReceptionQuotaProgressReported: {
        AgencyKind.DISTRICT: all_of(intake.ReceptionQuotaProgressReported, OPEN),
        AgencyKind.STATISTICS: all_of(intake.ReceptionQuotaProgressReported, OPEN),
    },
    intake.HouseholdFormed: {
        AgencyKind.DISTRICT: all_of(intake.HouseholdFormed, OWN_CASE),
    },
    intake.HouseholdChanged: {
        AgencyKind.DISTRICT: all_of(intake.HouseholdChanged, OWN_CASE),
    },
    intake.PossibleDuplicateFound: {
        AgencyKind.DISTRICT: all_of(intake.PossibleDuplicateFound, OWN_CASE),
    },
    intake.DuplicateResolved: {
        AgencyKind.DISTRICT: all_of(intake.DuplicateResolved, OWN_CASE),
    },
    intake.InterpreterNeedRecorded: {
        AgencyKind.DISTRICT: all_of(intake.InterpreterNeedRecorded, OWN_CASE),
    },
    intake.ConsentGiven: {
        AgencyKind.DISTRICT: all_of(intake.ConsentGiven, OWN_CASE),
    },
    intake.ConsentRevoked: {
        AgencyKind.DISTRICT: all_of(intake.ConsentRevoked, OWN_CASE),
    },
    intake.AsylumDecisionReceived: {
        AgencyKind.DISTRICT: all_of(intake.AsylumDecisionReceived, OWN_CASE),
    },
    intake.InterimProofIssued: {
        AgencyKind.DISTRICT: all_of(intake.InterimProofIssued, OWN_CASE),
    },
    intake.ResidenceTitleEnded: {
        AgencyKind.DISTRICT: all_of(intake.ResidenceTitleEnded, OWN_CASE),
    },
    intake.TemporaryProtectionRegistered: {
        AgencyKind.DISTRICT: all_of(intake.TemporaryProtectionRegistered, OWN_CASE),
    },
    intake.ResidenceRuleRecorded: {
        AgencyKind.DISTRICT: all_of(intake.ResidenceRuleRecorded, OWN_CASE),
    },
    intake.AccommodationRegistered: {
        AgencyKind.DISTRICT: all_of(intake.AccommodationRegistered, OPEN),
        AgencyKind.STATISTICS: all_of(intake.AccommodationRegistered, OPEN),
    },
    intake.AccommodationCapacityChanged: {
        AgencyKind.DISTRICT: all_of(intake.AccommodationCapacityChanged, OPEN),
        AgencyKind.STATISTICS: all_of(intake.AccommodationCapacityChanged, OPEN),
    },
    intake.AccommodationRetired: {
        AgencyKind.DISTRICT: all_of(intake.AccommodationRetired, OPEN),
        AgencyKind.STATISTICS: all_of(intake.AccommodationRetired, OPEN),
    },
    intake.PlaceAssigned: {
        AgencyKind.DISTRICT: all_of(intake.PlaceAssigned, OWN_CASE),
    },
}
