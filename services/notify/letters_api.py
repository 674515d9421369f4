"""What agencies may ask of letters to persons: which wait to be handed over, and what they say."""

from typing import Any

from sqlalchemy import Connection, Table, select

from services.chassis.access import Access, Shown
from services.chassis.decider import Refused
from services.chassis.restricting import Restricted
from services.notify.tables import LetterRow
from services.notify.telling import WAITING
from services.notify.writing import LANGUAGES, letter
from staffel_contracts.access import ACCOMPANY, READ_CASES, Scope
from staffel_contracts.codes import FieldGroup, LetterTemplate, RefusalCode

LETTER: Table = LetterRow.__table__  # type: ignore[attr-defined]
MOST = 200


LETTERS = Access(
    Scope.OWN, ACCOMPANY | READ_CASES, groups=(FieldGroup.SETTLING_IN,), takes=("after",)
)
ONE_LETTER = Access(
    Scope.OWN,
    ACCOMPANY | READ_CASES,
    groups=(FieldGroup.BENEFITS,),
    takes=("letter_id", "language"),
)
OF_THE_RESTRICTION = LetterTemplate.RESTRICTION_ENDS
"""What tells the person of it has to reach them while their data is only stored."""


@LETTERS.today
def letters(conn: Connection, agency: str, params: dict[str, Any], restricted: Restricted) -> Shown:
    """The letters that wait for this agency to hand them over, at most 200 after ``after``.

    ``next`` is what to ask for as ``after``, if there are more. Where data is only stored, only the
    letter is shown that tells of the end of it.

    Raises:
        Refused: invalid.
    """
    after = params.get("after", "")
    if not isinstance(after, str):
        raise Refused(RefusalCode.INVALID, "a text is expected", "after")
    query = (
        select(LETTER.c.letter_id, LETTER.c.case_id, LETTER.c.template, LETTER.c.language)
        .where(LETTER.c.agency == agency, LETTER.c.status == WAITING, LETTER.c.letter_id > after)
        .order_by(LETTER.c.letter_id)
        .limit(MOST + 1)
    )
    rows = [dict(row._mapping) for row in conn.execute(query)]  # noqa: SLF001
    more = len(rows) > MOST
    told = [
        row
        for row in rows[:MOST]
        if row["template"] == OF_THE_RESTRICTION or not restricted.stands(row["case_id"])
    ]
    return Shown(letters=told, next=rows[MOST - 1]["letter_id"] if more else None)


@ONE_LETTER.today
def one_letter(
    conn: Connection, agency: str, params: dict[str, Any], restricted: Restricted
) -> Shown:
    """A letter (``letter_id``) as text and as a page, in its language or in another ``language``.

    Raises:
        Refused: not-found, also where it is another agency's; invalid; processing-restricted.
    """
    query = select(LETTER).where(LETTER.c.letter_id == str(params.get("letter_id")))
    row = conn.execute(query.where(LETTER.c.agency == agency)).first()
    if row is None:
        raise Refused(RefusalCode.NOT_FOUND, "no such letter of this agency", "letter_id")
    if row.template != OF_THE_RESTRICTION:
        restricted.check(row.case_id)
    language = params.get("language", row.language)
    if language not in LANGUAGES:
        raise Refused(RefusalCode.INVALID, f"one of {', '.join(LANGUAGES)}", "language")
    written = letter(LetterTemplate(row.template), language, row.values)
    return Shown(
        letter_id=row.letter_id,
        case=row.case_id,
        status=row.status,
        language=language,
        text=written.as_text(),
        html=written.as_html(),
    )
