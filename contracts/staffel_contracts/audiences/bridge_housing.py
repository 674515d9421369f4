"""Who sees what jobcenter_bridge says about housing costs.

The district that houses the person learns the result, and not why it was refused.
"""

from typing import Final

from staffel_contracts.audiences.rules import BACK, OWN_FILE, Seen, all_but, all_of
from staffel_contracts.codes import AgencyKind
from staffel_contracts.facts import jobcenter_bridge as bridge

SEEN: Final[Seen] = {
    bridge.HousingCostAssuranceGranted: {
        AgencyKind.DISTRICT: all_of(bridge.HousingCostAssuranceGranted, BACK),
        AgencyKind.JOBCENTER: all_of(bridge.HousingCostAssuranceGranted, OWN_FILE),
    },
    bridge.HousingCostAssuranceRefused: {
        AgencyKind.DISTRICT: all_but(bridge.HousingCostAssuranceRefused, BACK, "reason_code"),
        AgencyKind.JOBCENTER: all_of(bridge.HousingCostAssuranceRefused, OWN_FILE),
    },
}
