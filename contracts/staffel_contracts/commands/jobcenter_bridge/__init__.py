"""What jobcenter_bridge is asked."""

from staffel_contracts.commands.jobcenter_bridge.appointments import *
from staffel_contracts.commands.jobcenter_bridge.benefits import *
from staffel_contracts.commands.jobcenter_bridge.case import *
from staffel_contracts.commands.jobcenter_bridge.handoff import *
from staffel_contracts.commands.jobcenter_bridge.handoff_course import *
from staffel_contracts.commands.jobcenter_bridge.housing import *
from staffel_contracts.commands.jobcenter_bridge.labour import *
from staffel_contracts.commands.jobcenter_bridge.settling import *
from staffel_contracts.commands.jobcenter_bridge.vocational_course import *
