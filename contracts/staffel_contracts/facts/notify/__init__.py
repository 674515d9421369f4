"""What notify says."""

from staffel_contracts.facts.notify.access import *
from staffel_contracts.facts.notify.audit import *
from staffel_contracts.facts.notify.corrections import *
from staffel_contracts.facts.notify.feed import *
from staffel_contracts.facts.notify.notices import *
from staffel_contracts.facts.notify.subscribers import *
