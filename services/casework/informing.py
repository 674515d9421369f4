"""No restriction ends before the person was told (Art. 18 Abs. 3 DSGVO); pure."""

from datetime import date

from services.casework.retaining import Restriction, restrictions
from services.casework.state import Case
from services.chassis.decider import Refused
from staffel_contracts.codes import RefusalCode
from staffel_contracts.commands.casework import AnnounceRestrictionEnd, RestrictProcessing


def check_informed(
    case: Case, command: RestrictProcessing | AnnounceRestrictionEnd, today: date
) -> None:
    """Refuse to end a restriction sooner than was said, unless the person knows of it.

    Raises:
        Refused: person-not-informed; date-in-future, implausible-dates; illegal-transition, where
            an end is announced of what does not stand.
    """
    known = restrictions(case).get(command.reason_code.value)
    stands = known if known and today <= known.until else None
    if isinstance(command, AnnounceRestrictionEnd):
        _check_announced(stands, command, today)
    elif command.informed_on:
        _check_day(stands, command.informed_on, today)
    elif stands and (command.until or date.max) < stands.until:
        detail = "tell the person before it is lifted (Art. 18 Abs. 3 DSGVO)"
        raise Refused(RefusalCode.PERSON_NOT_INFORMED, detail, "informed_on")


def _check_announced(
    stands: Restriction | None, command: AnnounceRestrictionEnd, today: date
) -> None:
    if stands is None:
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "it does not stand", "reason_code")
    if command.ends_on < today:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "the person is told before", "ends_on")


def _check_day(stands: Restriction | None, informed_on: date, today: date) -> None:
    if informed_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", "informed_on")
    if stands and informed_on < stands.since:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before it began", "informed_on")
