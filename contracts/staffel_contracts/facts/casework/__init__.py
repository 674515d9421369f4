"""What casework says."""

from staffel_contracts.facts.casework.benefits import *
from staffel_contracts.facts.casework.courses import *
from staffel_contracts.facts.casework.sheet import *
from staffel_contracts.facts.casework.tasks import *
