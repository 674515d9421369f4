"""Who sees what jobcenter_bridge says of handoffs, coverage, benefits and appointments.

Back to the district goes that and when, and never why: the reason of a refusal stays with the
jobcenter. A missed appointment may lead to a reduction (§ 32 SGB II), and nothing about those goes
back; so the district learns of one only if the person consents, to ask what stood in the way.
"""

from typing import Final

from staffel_contracts.audiences.rules import (
    BACK,
    CONSENT,
    OWN_FILE,
    SENT_BY,
    SENT_TO,
    Seen,
    all_but,
    all_of,
    only,
)
from staffel_contracts.codes import AgencyKind, ConsentKind
from staffel_contracts.fact import Fact
from staffel_contracts.facts import jobcenter_bridge as bridge

DISTRICT, JOBCENTER = AgencyKind.DISTRICT, AgencyKind.JOBCENTER
_RECEIVERS = (JOBCENTER, AgencyKind.SOCIAL_ASSISTANCE, AgencyKind.YOUTH_OFFICE)

_OF_HANDOFFS: tuple[type[Fact], ...] = (
    bridge.HandedToJobcenter,
    bridge.HandoffSubmitted,
    bridge.HandoffDeliveryFailed,
    bridge.HandoffDelivered,
    bridge.HandoffAcknowledged,
    bridge.HandoffInformationRequested,
    bridge.HandoffAccepted,
    bridge.HandoffRejected,
    bridge.HandoffExpired,
    bridge.HandoffCompleted,
    bridge.HandoffForwarded,
    bridge.HandoffWithdrawn,
    bridge.HandoffAnnulled,
    bridge.HandoffReminderDue,
    bridge.HandoffEscalated,
    bridge.ResponsibilityChanged,
    bridge.CoverageGapDetected,
    bridge.CoverageGapClosed,
    bridge.CoverageOverlapDetected,
    bridge.BridgingRequested,
    bridge.BridgingGranted,
)
_FROM_RECEIVER: tuple[type[Fact], ...] = (
    bridge.HandoffRequested,
    bridge.HandedBackToDistrict,
    bridge.HandoffReversed,
)
_APPOINTMENT_KNOWN: tuple[type[Fact], ...] = (
    bridge.JobcenterAppointmentScheduled,
    bridge.JobcenterAppointmentAttended,
)

_HANDOFFS: Final[Seen] = {
    fact: {DISTRICT: all_of(fact, SENT_BY)} | {kind: all_of(fact, SENT_TO) for kind in _RECEIVERS}
    for fact in _OF_HANDOFFS
} | {
    fact: {DISTRICT: all_of(fact, SENT_TO)} | {kind: all_of(fact, OWN_FILE) for kind in _RECEIVERS}
    for fact in _FROM_RECEIVER
}
_HANDOFFS[bridge.HandoffRejectionProposed] = {
    DISTRICT: all_but(bridge.HandoffRejectionProposed, SENT_BY, "reason_code")
} | {kind: all_of(bridge.HandoffRejectionProposed, OWN_FILE) for kind in _RECEIVERS}
_BENEFITS: Final[Seen] = {
    bridge.BenefitStartNotified: {
        DISTRICT: all_of(bridge.BenefitStartNotified, BACK),
        JOBCENTER: all_of(bridge.BenefitStartNotified, SENT_TO),
    },
    bridge.JobcenterApplicationFiled: {
        DISTRICT: all_of(bridge.JobcenterApplicationFiled, BACK),
        JOBCENTER: all_of(bridge.JobcenterApplicationFiled, OWN_FILE),
    },
    bridge.BenefitDecided: {
        DISTRICT: all_but(bridge.BenefitDecided, BACK, "decision_ref", "reason_code"),
        JOBCENTER: all_of(bridge.BenefitDecided, OWN_FILE),
    },
    bridge.FirstPaymentMade: {
        DISTRICT: all_but(bridge.FirstPaymentMade, BACK, "decision_ref"),
        JOBCENTER: all_of(bridge.FirstPaymentMade, OWN_FILE),
    },
}
_APPOINTMENTS: Final[Seen] = {
    fact: {DISTRICT: all_of(fact, SENT_BY), JOBCENTER: all_of(fact, OWN_FILE)}
    for fact in _APPOINTMENT_KNOWN
} | {
    bridge.JobcenterAppointmentMissed: {
        DISTRICT: only(
            bridge.JobcenterAppointmentMissed,
            CONSENT,
            "appointment_ref",
            "missed_on",
            consent=ConsentKind.GUIDE_CONTACT,
        ),
        JOBCENTER: all_of(bridge.JobcenterAppointmentMissed, OWN_FILE),
    },
}

SEEN: Final[Seen] = _HANDOFFS | _BENEFITS | _APPOINTMENTS
