"""What notify is asked."""

from staffel_contracts.commands.notify.access import *
from staffel_contracts.commands.notify.corrections import *
from staffel_contracts.commands.notify.notices import *
from staffel_contracts.commands.notify.subscribers import *
