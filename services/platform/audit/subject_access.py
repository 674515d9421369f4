"""``staffel subject-access``: tell a person what is held about them, and record the telling."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from services.chassis.files import write_whole
from services.chassis.legal_calendar import add_months, legal_date
from services.chassis.store.log import read_head
from services.platform.audit.answer import Answer, answer
from services.platform.audit.books import Books, opened
from services.platform.audit.following import Step, steps_of
from services.platform.audit.persons import known_as
from services.platform.audit.recorded import record
from services.platform.audit.who_saw import PersonArgument, seen_by
from services.platform.audit.written import as_markdown, as_pdf
from services.platform.home import Home
from services.platform.options import (
    DEFAULT_HOME,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from staffel_contracts.codes import AccessPurpose, SubjectAnswer, SubjectRequestKind
from staffel_contracts.command import Command
from staffel_contracts.commands.casework import AnswerSubjectAccess, RequestSubjectAccess
from staffel_contracts.facts.casework import SubjectAccessAnswered, SubjectAccessRequested

NOTHING, TROUBLE = 1, 2
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Write it to FILE.pdf or FILE.md, not to the screen.")
]
RecordOption = Annotated[
    str | None,
    typer.Option("--record", metavar="REQUEST", help="Record request and answer under this id."),
]


def subject_access_command(
    person: PersonArgument,
    out: OutOption = None,
    record_as: RecordOption = None,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Tell everything held about a person, to whom it went, and who read it (Art. 15 DSGVO).

    Looking is a read, and is recorded first. Exit code 1: no log knows such a person.
    """
    if out is not None and out.suffix not in (".pdf", ".md"):
        fail(f"--out: {out.name} ends neither with .pdf nor with .md", TROUBLE)
    place = load_home(home)
    with plain_errors(), opened(place) as books:
        known = known_as(books, person)
        record(place, "subject-access", AccessPurpose.SUBJECT_RIGHTS, known.cases)
        steps = [step for case in known.cases for step in steps_of(books, case)]
        if not steps:
            fail(f"no log has an entry of {person}", NOTHING)
        now = _now(place, books)
        found = answer(known, steps, *seen_by(books, known.cases, steps), now)
    _give(found, out, as_json=as_json)
    if record_as:
        _record(place, steps, found, record_as, legal_date(now))


def _now(home: Home, books: Books) -> datetime:
    if home.config.clock == "real":
        return datetime.now(UTC)
    heads = []
    for engine in books.engines.values():
        with engine.connect() as conn:
            heads.append(read_head(conn).last_time)
    return max(heads)


def _give(found: Answer, out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        content = as_pdf(found) if out.suffix == ".pdf" else as_markdown(found).encode()
        write_whole(out, content)
    if as_json:
        sys.stdout.write(json.dumps(found.as_json(), ensure_ascii=False) + "\n")
    elif out is None:
        sys.stdout.write(as_markdown(found))


# -- recording that it was asked and answered ----------------------------------------------------


def _record(home: Home, steps: list[Step], found: Answer, ref: str, today: date) -> None:
    facts = [step.fact for step in steps]
    requested = [f for f in facts if isinstance(f, SubjectAccessRequested) and f.request_ref == ref]
    if any(isinstance(f, SubjectAccessAnswered) and f.request_ref == ref for f in facts):
        fail(f"the request {ref} was answered already")
    case, district = found.cases[0], steps[0].leaf.district
    if not requested:
        due_on = add_months(today, 1)
        _send(
            home,
            district,
            RequestSubjectAccess(
                case=case,
                request_ref=ref,
                request_kind=SubjectRequestKind.ACCESS,
                requested_on=today,
                due_on=due_on,
            ),
        )
    _send(
        home,
        district,
        AnswerSubjectAccess(
            case=case,
            request_ref=ref,
            answered_on=today,
            answer=SubjectAnswer.PARTIAL if found.erased else SubjectAnswer.COMPLETE,
            recipients=found.recipients,
        ),
    )


def _send(home: Home, district: str, command: Command) -> None:
    agency = f"district-{district}"
    token = home.config.agency_passwords.get(agency)
    if token is None:
        fail(f"{agency} is not in the directory of this platform", TROUBLE)
    ref = command.model_dump()["request_ref"]
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": f"subject-access/{command.NAME}/{ref}",
    }
    url = f"{home.http_url('casework')}/commands/{command.NAME}"
    body: Any = command.model_dump_json().encode()
    try:
        told = httpx.post(url, content=body, headers=headers, timeout=30, trust_env=False)
    except httpx.HTTPError as error:
        fail(f"casework does not answer ({type(error).__name__}); is the platform up?", TROUBLE)
    if told.is_error:
        fail(f"casework: {told.json().get('code')}: {told.json().get('detail', '')}")
