"""What intake says."""

from staffel_contracts.facts.intake.person import *
from staffel_contracts.facts.intake.reception import *
from staffel_contracts.facts.intake.residence import *
