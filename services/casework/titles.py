"""Residence titles as the rules see them, and which of them was lost before it ended benefits."""

from datetime import date

from services.casework.entitlement_facts import Title
from services.casework.person_copy import Person
from services.chassis.legal_calendar import last_of_month
from staffel_contracts.codes import TitleCode, TitleEndReason


def titles_that_count(person: Person) -> tuple[Title, ...]:
    """The titles that end benefits, by the validity with which they were issued.

    What a title has ended does not begin again by itself when it is lost later: officials decide,
    and who is responsible by then hands the person back.
    """
    return tuple(_title(title) for title in person.titles if not is_lost_in_time(title))


def is_lost_in_time(title: dict[str, str]) -> bool:
    """Whether a title was revoked by the end of the month with which benefits would have ended.

    Then nobody was excluded by it on the day after (§ 1 Abs. 2, Abs. 3 S. 1 AsylbLG).
    """
    if title.get("end_reason") != TitleEndReason.REVOKED:
        return False
    begun = date.fromisoformat(max(title["issued_on"], title["valid_from"]))
    return date.fromisoformat(title["ended_on"]) <= last_of_month(begun)


def _title(title: dict[str, str]) -> Title:
    return Title(
        code=TitleCode(title["code"]),
        issued_on=date.fromisoformat(title["issued_on"]),
        valid_from=date.fromisoformat(title["valid_from"]),
        valid_to=date.fromisoformat(title["valid_to"]),
    )
