"""notify in one literal: what it hears, what it keeps, and its own loops."""

from typing import Any

from services.chassis.decider import Asked, Heard
from services.chassis.service import Copy, Route, Service, Subject, View
from services.notify import api, letters_api
from services.notify.cleaning import delete_copies
from services.notify.copies import (
    Origin,
    Receiver,
    Work,
    evolve_origin,
    evolve_receiver,
    evolve_work,
)
from services.notify.decider import decide, evolve
from services.notify.erasing import erase
from services.notify.feeds import carry_feeds
from services.notify.http_feed import feed_routes
from services.notify.mailer import send_notices
from services.notify.state import CaseNotices, open_key
from services.notify.tables import (
    CaseNoticesRow,
    FeedRow,
    LetterRow,
    NoticeRow,
    OriginRow,
    ReceiverRow,
    WorkRow,
)
from services.notify.telling import letter_rows
from services.notify.views import feed_rows, notice_rows
from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.commands.notify import (
    PropagateRectification,
    RecordLetterHandedOver,
    RecordNoticeOutcome,
)
from staffel_contracts.envelope import Leaf
from staffel_contracts.fact import Fact


def _asked_case(asked: Asked[Any]) -> str:
    return str(asked.command.case)


def _heard_case(heard: Heard[Any]) -> str:
    return heard.case or open_key(heard.district)


def _key_of(_: Fact, leaf: Leaf) -> str:
    return leaf.subject or open_key(leaf.district)


CASE = Subject(
    name="case",
    state=CaseNotices,
    table=CaseNoticesRow,
    decide=decide,
    evolve=evolve,
    copies=(
        Copy("origin", "intake", Origin, OriginRow, evolve_origin),
        Copy("work", "casework", Work, WorkRow, evolve_work),
        Copy("receiver", "jobcenter_bridge", Receiver, ReceiverRow, evolve_receiver),
    ),
    views=(
        View(FeedRow, feed_rows),
        View(NoticeRow, notice_rows),
        View(LetterRow, letter_rows),
    ),
    key_of=_key_of,
    erase=erase,
)

SERVICE = Service(
    name="notify",
    asks={
        RecordNoticeOutcome: Route(CASE, _asked_case),
        RecordLetterHandedOver: Route(CASE, _asked_case),
        PropagateRectification: Route(CASE, _asked_case),
    },
    hears={
        log: {fact: Route(CASE, _heard_case) for fact in AUDIENCES if log == fact.SAYER}
        for log in ("intake", "casework", "jobcenter_bridge")
    },
    queries={
        "feed": api.feed,
        "feed-status": api.feed_status,
        "case-entries": api.case_entries,
        "letters": letters_api.letters,
        "letter": letters_api.one_letter,
    },
    cleaners=(delete_copies,),
    loops=(carry_feeds, send_notices),
    routes=(feed_routes,),
)
