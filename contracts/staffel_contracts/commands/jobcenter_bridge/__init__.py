"""What jobcenter_bridge is asked."""

from staffel_contracts.commands.jobcenter_bridge.handoff import *
