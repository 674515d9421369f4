"""Who sees what jobcenter_bridge says about housing costs."""

from typing import Final

from staffel_contracts.audiences.rules import BACK, SENT_TO, Seen, all_of
from staffel_contracts.codes import AgencyKind
from staffel_contracts.facts import jobcenter_bridge as bridge

SEEN: Final[Seen] = {
    bridge.HousingCostAssuranceGranted: {
        AgencyKind.DISTRICT: all_of(bridge.HousingCostAssuranceGranted, BACK),
        AgencyKind.JOBCENTER: all_of(bridge.HousingCostAssuranceGranted, SENT_TO),
    },
    bridge.HousingCostAssuranceRefused: {
        AgencyKind.DISTRICT: all_of(bridge.HousingCostAssuranceRefused, BACK),
        AgencyKind.JOBCENTER: all_of(bridge.HousingCostAssuranceRefused, SENT_TO),
    },
}
