"""What notify says."""

from staffel_contracts.facts.notify.feed import *
from staffel_contracts.facts.notify.notices import *
