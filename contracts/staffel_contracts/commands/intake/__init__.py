"""What intake is asked."""

from staffel_contracts.commands.intake.accommodation import *
from staffel_contracts.commands.intake.consent import *
from staffel_contracts.commands.intake.duplicates import *
from staffel_contracts.commands.intake.household import *
from staffel_contracts.commands.intake.interim_proof import *
from staffel_contracts.commands.intake.interpreting import *
from staffel_contracts.commands.intake.person import *
from staffel_contracts.commands.intake.place import *
from staffel_contracts.commands.intake.quota_progress import *
from staffel_contracts.commands.intake.reception import *
from staffel_contracts.commands.intake.residence import *
from staffel_contracts.commands.intake.residence_rule import *
from staffel_contracts.commands.intake.temporary_protection import *
from staffel_contracts.commands.intake.title_end import *
