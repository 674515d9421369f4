"""Who sees what intake says."""

from typing import Final

from staffel_contracts.audiences.rules import OWN_CASE, Seen, all_but, all_of, only
from staffel_contracts.codes import AgencyKind
from staffel_contracts.facts import intake

DISTRICT = AgencyKind.DISTRICT
_NAMES = ("given_name", "family_name", "birth_date", "address_area", "person_id")

SEEN: Final[Seen] = {
    intake.PersonAdmitted: {DISTRICT: all_but(intake.PersonAdmitted, OWN_CASE, *_NAMES)},
    intake.PersonCorrected: {DISTRICT: only(intake.PersonCorrected, OWN_CASE, "corrected_on")},
    intake.CaseOpened: {DISTRICT: all_of(intake.CaseOpened, OWN_CASE)},
    intake.AsylumRecognised: {DISTRICT: all_of(intake.AsylumRecognised, OWN_CASE)},
    intake.AsylumRefused: {DISTRICT: all_of(intake.AsylumRefused, OWN_CASE)},
    intake.ResidenceTitleIssued: {DISTRICT: all_of(intake.ResidenceTitleIssued, OWN_CASE)},
}
