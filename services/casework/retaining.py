"""How long a case is kept, what stands against erasing it, and what is said when it is erased."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from services.casework.benefits import Now
from services.casework.closing import closed
from services.casework.domains import everywhere
from services.casework.handoff_copy import UNDECIDED
from services.casework.state import Case
from services.chassis.decider import Erasing, Refused
from services.chassis.legal_calendar import add_months, legal_date, start_of_day
from services.chassis.replacing import replace
from staffel_contracts.codes import ErasureBasis, RefusalCode, Retention
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    RetentionDue,
    SubjectErased,
)

RETENTION = "retention"
_HOLD = "legal-hold/"
_RESTRICTION = "restriction/"
_WISHED = frozenset({ErasureBasis.REQUESTED, ErasureBasis.COURT_ORDER})
"""Grounds for erasing what may only be stored: the person asks for it, or a court."""


class Period(BaseModel):
    """How many months after a case was closed data of a class is kept, by which norm."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    retention: Retention
    months: Annotated[int, Field(gt=0, le=1200)]
    norm: str
    source: str


class Kept(NamedTuple):
    """The last day of the longest period of a case (§ 188 Abs. 2, 3 BGB), and of which class."""

    until: date
    retention: Retention


class Restriction(NamedTuple):
    """One reason for which data may only be stored: from which day on, until the end of which."""

    since: date
    until: date


@cache
def periods() -> dict[Retention, Period]:
    """The periods, from ``retention/periods.toml``.

    Raises:
        pydantic.ValidationError: a period breaks a rule.
    """
    text = (files("services.casework") / "retention" / "periods.toml").read_bytes()
    read = [Period.model_validate(one) for one in tomllib.loads(text.decode())["period"]]
    return {period.retention: period for period in read}


def kept(case: Case) -> Kept | None:
    """How long a closed case is kept: as long as the longest of its classes."""
    said = closed(case)
    if said is None:
        return None
    closed_on = date.fromisoformat(said["closed_on"])
    ends = [Kept(add_months(closed_on, periods()[one].months), one) for one in _classes(case)]
    return max(ends, key=lambda end: end.until)


def _classes(case: Case) -> Iterator[Retention]:
    yield Retention.CASE_FILE
    if case.claims:
        yield Retention.REIMBURSEMENT
    if case.courses:
        yield Retention.COURSE


def held_until(case: Case, today: date) -> date | None:
    """The last day of a legal hold that stands (Art. 17 Abs. 3 lit. e DSGVO)."""
    holds = (r["said"] for key, r in case.records.items() if key.startswith(_HOLD))
    days = [date.fromisoformat(said["until"]) for said in holds if "until" in said]
    return max((day for day in days if day >= today), default=None)


def restrictions(case: Case) -> dict[str, Restriction]:
    """Why the data may only be stored, or might so once: each reason since when, and until when."""
    said = (r["said"] for key, r in case.records.items() if key.startswith(_RESTRICTION))
    return {
        one["reason_code"]: Restriction(
            date.fromisoformat(one["restricted_on"]),
            date.fromisoformat(one["until"]) if "until" in one else date.max,
        )
        for one in said
    }


def only_stored(case: Case, today: date) -> bool:
    """Whether the data may only be stored today; erasing is more (Art. 4 Nr. 2, 18 DSGVO)."""
    return any(today <= one.until for one in restrictions(case).values())


def over_at(case: Case) -> datetime | None:
    """When the period of a closed case is over, with the end of its last day, until that was said.

    A period that is counted in months ends when the day is over that the event has in the last of
    them (§ 187 Abs. 1, § 188 Abs. 2 BGB).
    """
    end = kept(case)
    if end is None or end.until == case.retention_due_on:
        return None
    return start_of_day(end.until + timedelta(days=1))


def propose(case: Case, now: Now) -> Fact | None:
    """The period is over: the case is due for erasure, unless a hold stands against it."""
    moment, end = over_at(case), kept(case)
    if moment is None or end is None or now.at < moment:
        return None
    on_hold = held_until(case, legal_date(now.at)) is not None
    return RetentionDue(due_on=end.until, retention=end.retention, on_hold=on_hold)


def due_for_erasure(case: Case, fact: RetentionDue) -> Case:
    """The state after it was said that the period is over."""
    return replace(case, retention_due_on=fact.due_on)


def erase(case: Case, erasing: Erasing, at: datetime) -> list[Fact]:
    """Decide that a person is erased, or say again what was decided.

    Raises:
        Refused: not-found; legal-hold, while one stands; processing-restricted, unless the person
            or a court wants it; illegal-transition, where the period is said to be over and is not;
            handoff-open, while nobody has decided.
    """
    if erasing.heard is not None:
        return [erasing.heard.fact]
    if case.person is None:
        raise Refused(RefusalCode.NOT_FOUND, "no such case", "case")
    today = legal_date(at)
    if until := held_until(case, today):
        raise Refused(RefusalCode.LEGAL_HOLD, f"until {until.isoformat()}", "case")
    basis = ErasureBasis(str(erasing.basis))
    if basis not in _WISHED and only_stored(case, today):
        raise Refused(RefusalCode.PROCESSING_RESTRICTED, "only stored for now", "case")
    if basis is ErasureBasis.RETENTION_OVER:
        _check_over(case, today)
    known = (one.handoff for one in everywhere(case))
    if any(handoff and handoff.status in UNDECIDED for handoff in known):
        raise Refused(RefusalCode.HANDOFF_OPEN, "the receiver has not decided", "case")
    return [SubjectErased(erased_on=today, erasure_basis=basis, key_id=erasing.key_id)]


def _check_over(case: Case, today: date) -> None:
    """Refuse a ground that is not true: the period is not over, or has not begun."""
    end = kept(case)
    if end is None:
        detail = "the case is not closed, so its period has not begun"
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, detail, "basis")
    if today <= end.until:
        detail = f"kept until {end.until.isoformat()}"
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, detail, "basis")


def erased(case: Case, fact: SubjectErased) -> Case:
    """The state after the person was erased."""
    return replace(case, erased_on=fact.erased_on)
