"""``staffel subject-access``: tell a person what is held about them, and record the telling."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from pydantic import ValidationError

from services.chassis.files import write_whole
from services.chassis.legal_calendar import add_months, legal_date
from services.chassis.store.log import read_head
from services.chassis.validation import rules_broken
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
    TROUBLE,
    HomeOption,
    JsonOption,
    fail,
    load_home,
    plain_errors,
)
from services.platform.up import refuse_absent
from staffel_contracts.cli.common import ForceOption, refuse_target
from staffel_contracts.codes import AccessPurpose, SubjectAnswer, SubjectRequestKind
from staffel_contracts.command import Command
from staffel_contracts.commands.casework import AnswerSubjectAccess, RequestSubjectAccess
from staffel_contracts.facts.casework import SubjectAccessAnswered, SubjectAccessRequested

NOTHING = 1
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Write it to FILE.pdf or FILE.md, not to the screen.")
]
RecordOption = Annotated[
    str | None,
    typer.Option("--record", metavar="REQUEST", help="Record request and answer under this id."),
]


def subject_access_command(  # noqa: PLR0917 - Typer reads options from the signature
    person: PersonArgument,
    out: OutOption = None,
    record_as: RecordOption = None,
    force: ForceOption = False,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Tell everything held about a person, to whom it went, and who read it (Art. 15 DSGVO).

    Looking is a read, and is recorded first. Exit code 1: no log knows such a person, or the
    request was answered already. 2: there is no answer, as something cannot be read or written.
    """
    if out is not None and out.suffix not in (".pdf", ".md"):
        fail(f"--out: {out.name} ends neither with .pdf nor with .md", TROUBLE)
    if out is not None:
        refuse_target(out, force=force)
    place = load_home(home)
    with plain_errors(TROUBLE), opened(place) as books:
        if record_as:
            refuse_absent(place)
        known = known_as(books, person)
        record(place, "subject-access", AccessPurpose.SUBJECT_RIGHTS, known.cases)
        steps = [step for case in known.cases for step in steps_of(books, case)]
        if not steps:
            fail(f"no log has an entry of {person}", NOTHING)
        now = _now(place, books)
        found = answer(known, steps, *seen_by(books, known.cases, steps), now)
        wishes = _wishes(steps, found, record_as, legal_date(now)) if record_as else []
        if out is not None:
            content = as_pdf(found) if out.suffix == ".pdf" else as_markdown(found).encode()
            write_whole(out, content)
    if as_json:
        sys.stdout.write(json.dumps(found.as_json(), ensure_ascii=False) + "\n")
    elif out is None:
        sys.stdout.write(as_markdown(found))
    for wish in wishes:
        _send(place, steps[0].leaf.district, wish)


def _now(home: Home, books: Books) -> datetime:
    if home.config.clock == "real":
        return datetime.now(UTC)
    heads = []
    for engine in books.engines.values():
        with engine.connect() as conn:
            heads.append(read_head(conn).last_time)
    return max(heads)


# -- recording that it was asked and answered ----------------------------------------------------


def _wishes(steps: list[Step], found: Answer, ref: str, today: date) -> list[Command]:
    """What casework is to record: the request, if it does not know it yet, and the answer."""
    facts = [step.fact for step in steps]
    requested = [f for f in facts if isinstance(f, SubjectAccessRequested) and f.request_ref == ref]
    if any(isinstance(f, SubjectAccessAnswered) and f.request_ref == ref for f in facts):
        fail(f"the request {ref} was answered already")
    case, complete = found.cases[0], not found.erased
    try:
        request = RequestSubjectAccess(
            case=case,
            request_ref=ref,
            request_kind=SubjectRequestKind.ACCESS,
            requested_on=today,
            due_on=add_months(today, 1),
        )
    except ValidationError as error:
        fail(f"--record: {rules_broken(error)}", TROUBLE)
    answered = AnswerSubjectAccess(
        case=case,
        request_ref=ref,
        answered_on=today,
        answer=SubjectAnswer.COMPLETE if complete else SubjectAnswer.PARTIAL,
        recipients=found.recipients,
    )
    return [answered] if requested else [request, answered]


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
