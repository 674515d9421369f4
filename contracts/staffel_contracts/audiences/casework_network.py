"""Who sees what casework says about the network."""

from typing import Final

from staffel_contracts.audiences.rules import CONSENT, OPEN, OWN_CASE, PLEDGED, Seen, all_of, only
from staffel_contracts.codes import AgencyKind, ConsentKind
from staffel_contracts.facts import casework

SEEN: Final[Seen] = {
    casework.ProviderRegistered: {
        AgencyKind.DISTRICT: all_of(casework.ProviderRegistered, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.ProviderRegistered, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.ProviderRegistered, OPEN),
    },
    casework.ProviderUpdated: {
        AgencyKind.DISTRICT: all_of(casework.ProviderUpdated, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.ProviderUpdated, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.ProviderUpdated, OPEN),
    },
    casework.ProviderRetired: {
        AgencyKind.DISTRICT: all_of(casework.ProviderRetired, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.ProviderRetired, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.ProviderRetired, OPEN),
    },
    casework.OfferPublished: {
        AgencyKind.DISTRICT: all_of(casework.OfferPublished, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.OfferPublished, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.OfferPublished, OPEN),
    },
    casework.OfferUpdated: {
        AgencyKind.DISTRICT: all_of(casework.OfferUpdated, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.OfferUpdated, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.OfferUpdated, OPEN),
    },
    casework.OfferWithdrawn: {
        AgencyKind.DISTRICT: all_of(casework.OfferWithdrawn, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.OfferWithdrawn, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.OfferWithdrawn, OPEN),
    },
    casework.OfferReviewDue: {
        AgencyKind.DISTRICT: all_of(casework.OfferReviewDue, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.OfferReviewDue, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.OfferReviewDue, OPEN),
    },
    casework.OfferConfirmed: {
        AgencyKind.DISTRICT: all_of(casework.OfferConfirmed, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.OfferConfirmed, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.OfferConfirmed, OPEN),
    },
    casework.OfferChangeRequested: {
        AgencyKind.DISTRICT: all_of(casework.OfferChangeRequested, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.OfferChangeRequested, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.OfferChangeRequested, OPEN),
    },
    casework.OfferChangeApplied: {
        AgencyKind.DISTRICT: all_of(casework.OfferChangeApplied, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.OfferChangeApplied, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.OfferChangeApplied, OPEN),
    },
    casework.OfferChangeDeclined: {
        AgencyKind.DISTRICT: all_of(casework.OfferChangeDeclined, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.OfferChangeDeclined, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.OfferChangeDeclined, OPEN),
    },
    casework.OfferReferralSent: {
        AgencyKind.DISTRICT: all_of(casework.OfferReferralSent, OWN_CASE),
        AgencyKind.OFFER_DESK: only(
            casework.OfferReferralSent,
            CONSENT,
            "referral_ref",
            "offer_ref",
            consent=ConsentKind.GUIDE_CONTACT,
        ),
    },
    casework.OfferReferralAccepted: {
        AgencyKind.DISTRICT: all_of(casework.OfferReferralAccepted, OWN_CASE),
        AgencyKind.OFFER_DESK: only(
            casework.OfferReferralAccepted,
            CONSENT,
            "referral_ref",
            "offer_ref",
            consent=ConsentKind.GUIDE_CONTACT,
        ),
    },
    casework.OfferReferralDeclined: {
        AgencyKind.DISTRICT: all_of(casework.OfferReferralDeclined, OWN_CASE),
        AgencyKind.OFFER_DESK: only(
            casework.OfferReferralDeclined,
            CONSENT,
            "referral_ref",
            "offer_ref",
            consent=ConsentKind.GUIDE_CONTACT,
        ),
    },
    casework.OfferReferralCompleted: {
        AgencyKind.DISTRICT: all_of(casework.OfferReferralCompleted, OWN_CASE),
        AgencyKind.OFFER_DESK: only(
            casework.OfferReferralCompleted,
            CONSENT,
            "referral_ref",
            "offer_ref",
            consent=ConsentKind.GUIDE_CONTACT,
        ),
    },
    casework.OfferReferralNoShow: {
        AgencyKind.DISTRICT: all_of(casework.OfferReferralNoShow, OWN_CASE),
        AgencyKind.OFFER_DESK: only(
            casework.OfferReferralNoShow,
            CONSENT,
            "referral_ref",
            "offer_ref",
            consent=ConsentKind.GUIDE_CONTACT,
        ),
    },
    casework.GroupOfferScheduled: {
        AgencyKind.DISTRICT: all_of(casework.GroupOfferScheduled, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.GroupOfferScheduled, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.GroupOfferScheduled, OPEN),
        AgencyKind.STATISTICS: all_of(casework.GroupOfferScheduled, OPEN),
    },
    casework.GroupOfferHeld: {
        AgencyKind.DISTRICT: all_of(casework.GroupOfferHeld, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.GroupOfferHeld, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.GroupOfferHeld, OPEN),
        AgencyKind.STATISTICS: all_of(casework.GroupOfferHeld, OPEN),
    },
    casework.VolunteerRegistered: {
        AgencyKind.DISTRICT: all_of(casework.VolunteerRegistered, PLEDGED),
    },
    casework.VolunteerLeft: {
        AgencyKind.DISTRICT: all_of(casework.VolunteerLeft, PLEDGED),
    },
    casework.VolunteerMatched: {
        AgencyKind.DISTRICT: all_of(casework.VolunteerMatched, OWN_CASE),
        AgencyKind.GUIDE: all_of(casework.VolunteerMatched, PLEDGED),
    },
    casework.VolunteerInitiativeRegistered: {
        AgencyKind.DISTRICT: all_of(casework.VolunteerInitiativeRegistered, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.VolunteerInitiativeRegistered, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.VolunteerInitiativeRegistered, OPEN),
    },
    casework.VolunteerRecruitmentOpened: {
        AgencyKind.DISTRICT: all_of(casework.VolunteerRecruitmentOpened, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.VolunteerRecruitmentOpened, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.VolunteerRecruitmentOpened, OPEN),
    },
    casework.VolunteerFundingApplied: {
        AgencyKind.DISTRICT: all_of(casework.VolunteerFundingApplied, OPEN),
        AgencyKind.STATISTICS: all_of(casework.VolunteerFundingApplied, OPEN),
    },
    casework.VolunteerFundingGranted: {
        AgencyKind.DISTRICT: all_of(casework.VolunteerFundingGranted, OPEN),
        AgencyKind.STATISTICS: all_of(casework.VolunteerFundingGranted, OPEN),
    },
    casework.VolunteerFundingRefused: {
        AgencyKind.DISTRICT: all_of(casework.VolunteerFundingRefused, OPEN),
        AgencyKind.STATISTICS: all_of(casework.VolunteerFundingRefused, OPEN),
    },
    casework.VolunteerFundingAccounted: {
        AgencyKind.DISTRICT: all_of(casework.VolunteerFundingAccounted, OPEN),
        AgencyKind.STATISTICS: all_of(casework.VolunteerFundingAccounted, OPEN),
    },
    casework.ProjectFundingApplied: {
        AgencyKind.DISTRICT: all_of(casework.ProjectFundingApplied, OPEN),
        AgencyKind.STATISTICS: all_of(casework.ProjectFundingApplied, OPEN),
    },
    casework.ProjectEarlyStartApproved: {
        AgencyKind.DISTRICT: all_of(casework.ProjectEarlyStartApproved, OPEN),
        AgencyKind.STATISTICS: all_of(casework.ProjectEarlyStartApproved, OPEN),
    },
    casework.ProjectFundingGranted: {
        AgencyKind.DISTRICT: all_of(casework.ProjectFundingGranted, OPEN),
        AgencyKind.STATISTICS: all_of(casework.ProjectFundingGranted, OPEN),
    },
    casework.ProjectStarted: {
        AgencyKind.DISTRICT: all_of(casework.ProjectStarted, OPEN),
        AgencyKind.STATISTICS: all_of(casework.ProjectStarted, OPEN),
    },
    casework.HelperCircleSupported: {
        AgencyKind.DISTRICT: all_of(casework.HelperCircleSupported, OPEN),
        AgencyKind.STATISTICS: all_of(casework.HelperCircleSupported, OPEN),
    },
    casework.WorkingGroupFormed: {
        AgencyKind.DISTRICT: all_of(casework.WorkingGroupFormed, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.WorkingGroupFormed, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.WorkingGroupFormed, OPEN),
    },
    casework.WorkingGroupResultRecorded: {
        AgencyKind.DISTRICT: all_of(casework.WorkingGroupResultRecorded, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.WorkingGroupResultRecorded, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.WorkingGroupResultRecorded, OPEN),
    },
    casework.NetworkMeetingHeld: {
        AgencyKind.DISTRICT: all_of(casework.NetworkMeetingHeld, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.NetworkMeetingHeld, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.NetworkMeetingHeld, OPEN),
        AgencyKind.STATISTICS: all_of(casework.NetworkMeetingHeld, OPEN),
    },
    casework.CoordinationMeetingHeld: {
        AgencyKind.DISTRICT: all_of(casework.CoordinationMeetingHeld, OPEN),
        AgencyKind.STATISTICS: all_of(casework.CoordinationMeetingHeld, OPEN),
    },
    casework.IntegrationConceptAdopted: {
        AgencyKind.DISTRICT: all_of(casework.IntegrationConceptAdopted, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.IntegrationConceptAdopted, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.IntegrationConceptAdopted, OPEN),
    },
    casework.MeasureStatusChanged: {
        AgencyKind.DISTRICT: all_of(casework.MeasureStatusChanged, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.MeasureStatusChanged, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.MeasureStatusChanged, OPEN),
    },
    casework.InformationMaterialPublished: {
        AgencyKind.DISTRICT: all_of(casework.InformationMaterialPublished, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.InformationMaterialPublished, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.InformationMaterialPublished, OPEN),
    },
    casework.PartnerOverviewPublished: {
        AgencyKind.DISTRICT: all_of(casework.PartnerOverviewPublished, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.PartnerOverviewPublished, OPEN),
        AgencyKind.OFFER_DESK: all_of(casework.PartnerOverviewPublished, OPEN),
    },
    casework.CooperationAgreementSigned: {
        AgencyKind.DISTRICT: all_of(casework.CooperationAgreementSigned, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.CooperationAgreementSigned, OPEN),
    },
    casework.PartnerJoined: {
        AgencyKind.DISTRICT: all_of(casework.PartnerJoined, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.PartnerJoined, OPEN),
    },
    casework.CooperationAgreementExpiring: {
        AgencyKind.DISTRICT: all_of(casework.CooperationAgreementExpiring, OPEN),
        AgencyKind.JOBCENTER: all_of(casework.CooperationAgreementExpiring, OPEN),
    },
    casework.CaseConferenceScheduled: {
        AgencyKind.DISTRICT: all_of(casework.CaseConferenceScheduled, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(
            casework.CaseConferenceScheduled, CONSENT, consent=ConsentKind.COUNSELLING_SUMMARY
        ),
    },
    casework.CaseConferenceHeld: {
        AgencyKind.DISTRICT: all_of(casework.CaseConferenceHeld, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(
            casework.CaseConferenceHeld, CONSENT, consent=ConsentKind.COUNSELLING_SUMMARY
        ),
    },
    casework.CaseConferenceActionAgreed: {
        AgencyKind.DISTRICT: all_of(casework.CaseConferenceActionAgreed, OWN_CASE),
        AgencyKind.JOBCENTER: all_of(
            casework.CaseConferenceActionAgreed, CONSENT, consent=ConsentKind.COUNSELLING_SUMMARY
        ),
    },
    casework.ExchangeVisitRecorded: {
        AgencyKind.DISTRICT: all_of(casework.ExchangeVisitRecorded, OPEN),
        AgencyKind.STATISTICS: all_of(casework.ExchangeVisitRecorded, OPEN),
    },
}
