"""Code lists: each code with its German and English label."""

from staffel_contracts.codes.agencies import *
from staffel_contracts.codes.base import *
from staffel_contracts.codes.case import *
from staffel_contracts.codes.consent import *
from staffel_contracts.codes.contracts import *
from staffel_contracts.codes.courses import *
from staffel_contracts.codes.handoff import *
from staffel_contracts.codes.notices import *
from staffel_contracts.codes.refusals import *
from staffel_contracts.codes.tasks import *
