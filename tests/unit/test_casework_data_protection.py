"""What a person asks about their data, and holds that keep it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.casework.lifecycles.data_protection import LEGAL_HOLD, RESTRICTION, SUBJECT_ACCESS
from services.chassis.decider import Asked, Refused
from services.chassis.lifecycle import Lifecycles, Records
from staffel_contracts.codes import (
    HoldReason,
    RefusalCode,
    RestrictionReason,
    SubjectAnswer,
    SubjectRequestKind,
)
from staffel_contracts.command import Command
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts
from tests.support.given import day

RIGHTS = Lifecycles(SUBJECT_ACCESS, LEGAL_HOLD, RESTRICTION)
AT = datetime(2026, 5, 4, 8, tzinfo=UTC)
ASKED = commands.RequestSubjectAccess(
    case="c-1",
    request_ref="r-1",
    request_kind=SubjectRequestKind.ACCESS,
    requested_on=day("2026-05-04"),
    due_on=day("2026-06-04"),
)
ANSWERED = commands.AnswerSubjectAccess(
    case="c-1",
    request_ref="r-1",
    answered_on=day("2026-05-04"),
    answer=SubjectAnswer.COMPLETE,
    recipients=("jobcenter-12069",),
)
HELD = commands.SetLegalHold(
    case="c-1",
    hold_ref="l-1",
    set_on=day("2026-05-04"),
    until=day("2026-12-31"),
    reason_code=HoldReason.COURT_ACTION,
)


def asked(command: Command) -> Asked[Any]:
    return Asked(command, "district-12069", "caseworker-7", "caseworker", "new")


def after(*wishes: Command) -> Records:
    records: Records = {}
    for wish in wishes:
        records = RIGHTS.evolve(records, RIGHTS.decide(records, asked(wish), AT))
    return records


def test_an_answer_names_to_whom_data_was_disclosed() -> None:
    fact = RIGHTS.decide(after(ASKED), asked(ANSWERED), AT)

    assert fact == facts.SubjectAccessAnswered(
        request_ref="r-1",
        request_kind=SubjectRequestKind.ACCESS,
        answered_on=day("2026-05-04"),
        answer=SubjectAnswer.COMPLETE,
        recipients=("jobcenter-12069",),
    )


def test_a_request_is_answered_once() -> None:
    with pytest.raises(Refused) as refused:
        RIGHTS.decide(after(ASKED, ANSWERED), asked(ANSWERED), AT)

    assert refused.value.code is RefusalCode.ILLEGAL_TRANSITION


def test_a_hold_is_prolonged_by_setting_it_again() -> None:
    longer = HELD.model_copy(update={"until": day("2027-12-31")})

    fact = RIGHTS.decide(after(HELD), asked(longer), AT)

    assert fact == facts.LegalHoldSet(**longer.model_dump(exclude={"case"}))


def test_who_is_restricted_again_without_a_day_is_so_whatever_day_the_last_one_ended_on() -> None:
    restricted = commands.RestrictProcessing(
        case="c-1",
        restricted_on=day("2026-05-04"),
        reason_code=RestrictionReason.ACCURACY_CONTESTED,
    )
    lifted = restricted.model_copy(update={"until": day("2026-05-03")})

    fact = RIGHTS.decide(after(restricted, lifted), asked(restricted), AT)

    assert fact == facts.ProcessingRestricted(**restricted.model_dump(exclude={"case"}))
    assert after(restricted, lifted, restricted) == after(restricted)
