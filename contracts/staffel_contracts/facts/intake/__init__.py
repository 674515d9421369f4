"""What intake says."""

from staffel_contracts.facts.intake.accommodation import *
from staffel_contracts.facts.intake.consent import *
from staffel_contracts.facts.intake.duplicates import *
from staffel_contracts.facts.intake.household import *
from staffel_contracts.facts.intake.interim_proof import *
from staffel_contracts.facts.intake.interpreting import *
from staffel_contracts.facts.intake.person import *
from staffel_contracts.facts.intake.place import *
from staffel_contracts.facts.intake.quota_progress import *
from staffel_contracts.facts.intake.reception import *
from staffel_contracts.facts.intake.residence import *
from staffel_contracts.facts.intake.residence_rule import *
from staffel_contracts.facts.intake.status import *
from staffel_contracts.facts.intake.temporary_protection import *
from staffel_contracts.facts.intake.title_end import *
