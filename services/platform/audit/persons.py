"""Who is meant: a person by case, person id or file reference, as an auditor types it."""

import re
from typing import NamedTuple

from sqlalchemy import Table, or_, select

from services.intake.tables import PersonRow
from services.platform.audit.books import Books
from services.platform.options import fail

NOTHING = 1
_CASE = re.compile(r"c-[0-9a-z-]{1,64}")
PERSON: Table = PersonRow.__table__  # type: ignore[attr-defined]


class Known(NamedTuple):
    """A person's cases; the person's id and key where intake knows them (not once erased)."""

    cases: tuple[str, ...]
    person: str | None = None
    key: str | None = None
    """``<district>/<file reference>``."""


def known_as(books: Books, name: str) -> Known:
    """The person with this case, person id, or ``<district>/<file reference>``.

    A name that intake does not know is taken for a case: an erased one is in the logs alone. Ends
    the verb with exit code 1 where it cannot be one.
    """
    same = or_(PERSON.c.case_id == name, PERSON.c.person_id == name, PERSON.c.key == name)
    columns = (PERSON.c.case_id, PERSON.c.person_id, PERSON.c.key)
    with books.engines["intake"].connect() as conn:
        rows = conn.execute(select(*columns).where(same).order_by(PERSON.c.case_id)).all()
    if not rows:
        return Known((as_case(name),))
    return Known(tuple(row.case_id for row in rows), rows[0].person_id, rows[0].key)


def as_case(name: str) -> str:
    """A case's id as it was typed; anything else ends the verb before it gets into a read log."""
    if not _CASE.fullmatch(name):
        fail(
            f"nobody is known as {name!r}: a case, a person's id, or DISTRICT/FILE-REFERENCE",
            NOTHING,
        )
    return name
