"""What jobcenter_bridge says."""

from staffel_contracts.facts.jobcenter_bridge.coverage import *
from staffel_contracts.facts.jobcenter_bridge.handoff import *
