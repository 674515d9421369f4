"""Code lists: each code with its German and English label."""

from staffel_contracts.codes.agencies import *
from staffel_contracts.codes.base import *
from staffel_contracts.codes.case import *
from staffel_contracts.codes.closure import *
from staffel_contracts.codes.consent import *
from staffel_contracts.codes.contracts import *
from staffel_contracts.codes.course_rights import *
from staffel_contracts.codes.courses import *
from staffel_contracts.codes.data_protection import *
from staffel_contracts.codes.handoff import *
from staffel_contracts.codes.handoff_course import *
from staffel_contracts.codes.housing import *
from staffel_contracts.codes.jobcenter import *
from staffel_contracts.codes.labour import *
from staffel_contracts.codes.language_level import *
from staffel_contracts.codes.network import *
from staffel_contracts.codes.notices import *
from staffel_contracts.codes.qualification import *
from staffel_contracts.codes.reception import *
from staffel_contracts.codes.refusals import *
from staffel_contracts.codes.residence import *
from staffel_contracts.codes.settling import *
from staffel_contracts.codes.tasks import *
from staffel_contracts.codes.telling import *
