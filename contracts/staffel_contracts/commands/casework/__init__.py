"""What casework is asked."""

from staffel_contracts.commands.casework.benefits import *
from staffel_contracts.commands.casework.case import *
from staffel_contracts.commands.casework.courses import *
from staffel_contracts.commands.casework.sheet import *
from staffel_contracts.commands.casework.tasks import *
