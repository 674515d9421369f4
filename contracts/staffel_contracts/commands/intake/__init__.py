"""What intake is asked."""

from staffel_contracts.commands.intake.person import *
from staffel_contracts.commands.intake.reception import *
from staffel_contracts.commands.intake.residence import *
