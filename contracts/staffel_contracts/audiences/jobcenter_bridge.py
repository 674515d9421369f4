"""Who sees what jobcenter_bridge says."""

from typing import Final

from staffel_contracts.audiences.rules import BACK, SENT_BY, SENT_TO, Seen, all_of
from staffel_contracts.codes import AgencyKind
from staffel_contracts.fact import Fact
from staffel_contracts.facts import jobcenter_bridge as bridge

DISTRICT, JOBCENTER = AgencyKind.DISTRICT, AgencyKind.JOBCENTER

_OF_HANDOFFS: tuple[type[Fact], ...] = (
    bridge.HandedToJobcenter,
    bridge.HandoffDelivered,
    bridge.HandoffAcknowledged,
    bridge.HandoffInformationRequested,
    bridge.HandoffAccepted,
    bridge.HandoffRejected,
    bridge.HandoffExpired,
    bridge.HandoffCompleted,
    bridge.ResponsibilityChanged,
    bridge.CoverageGapDetected,
    bridge.CoverageGapClosed,
)

SEEN: Final[Seen] = {
    fact: {DISTRICT: all_of(fact, SENT_BY), JOBCENTER: all_of(fact, SENT_TO)}
    for fact in _OF_HANDOFFS
} | {
    bridge.BenefitStartNotified: {
        DISTRICT: all_of(bridge.BenefitStartNotified, BACK),
        JOBCENTER: all_of(bridge.BenefitStartNotified, SENT_TO),
    },
}
