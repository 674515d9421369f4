"""What jobcenter_bridge says."""

from staffel_contracts.facts.jobcenter_bridge.appointments import *
from staffel_contracts.facts.jobcenter_bridge.benefits import *
from staffel_contracts.facts.jobcenter_bridge.bridging import *
from staffel_contracts.facts.jobcenter_bridge.coverage import *
from staffel_contracts.facts.jobcenter_bridge.handoff import *
from staffel_contracts.facts.jobcenter_bridge.handoff_course import *
from staffel_contracts.facts.jobcenter_bridge.housing import *
from staffel_contracts.facts.jobcenter_bridge.labour import *
from staffel_contracts.facts.jobcenter_bridge.settling import *
from staffel_contracts.facts.jobcenter_bridge.vocational_course import *
