"""What notify is asked."""

from staffel_contracts.commands.notify.notices import *
