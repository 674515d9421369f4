"""What takes the person's consent is told to whom they consented, while they do."""

from typing import Any

import pytest

from services.notify.app import SERVICE
from staffel_contracts.audiences import AUDIENCES, Place, consent_for, view
from staffel_contracts.codes import AgencyKind, ConsentKind, GuideKind
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import GuideAssigned
from staffel_contracts.facts.intake import ConsentGiven, ConsentRevoked
from staffel_contracts.facts.notify import EntryDisclosed
from tests.support import entries
from tests.support.given import Given, day

RECEIVER = "jobcenter-12069"
GUIDE = GuideAssigned(
    guide_ref="guide-7", guide_kind=GuideKind.VOLUNTEER, assigned_on=day("2025-05-05")
)
REVOKED = ConsentRevoked(
    consent_ref="consent-1",
    consent_kind=ConsentKind.GUIDE_CONTACT,
    recipient=RECEIVER,
    revoked_on=day("2025-05-05"),
)


def consent(
    to: str = RECEIVER,
    kind: ConsentKind = ConsentKind.GUIDE_CONTACT,
    valid_to: str = "2025-12-31",
) -> ConsentGiven:
    return ConsentGiven(
        consent_ref="consent-1",
        consent_kind=kind,
        recipient=to,
        given_on=day("2025-05-01"),
        valid_to=day(valid_to),
    )


def told_of_the_guide(*history: Fact) -> bool:
    """Whether the receiver of the handoff learns who guides the person."""
    notify = Given(SERVICE, "2025-05-05")
    notify.hears(entries.admitted(), entries.handed_over())
    notify.hears(*history)
    return any(_is_told(one) for one in notify.said)


def _is_told(said: Any) -> bool:
    return (
        isinstance(said, EntryDisclosed)
        and said.agency == RECEIVER
        and said.view["type"] == GuideAssigned.TYPE
    )


def test_without_consent_the_receiver_does_not_learn_of_the_guide() -> None:
    assert not told_of_the_guide(GUIDE)


@pytest.mark.parametrize("history", [(consent(), GUIDE), (GUIDE, consent())])
def test_with_consent_it_does_whichever_came_first(history: tuple[Fact, ...]) -> None:
    assert told_of_the_guide(*history)


@pytest.mark.parametrize(
    "other",
    [
        consent(to="jobcenter-14612"),
        consent(kind=ConsentKind.CERTIFICATES),
        consent(valid_to="2025-05-04"),
    ],
)
def test_a_consent_for_another_agency_or_purpose_or_time_tells_nothing(other: Fact) -> None:
    assert not told_of_the_guide(other, GUIDE)


def test_a_consent_that_was_revoked_tells_nothing_any_more() -> None:
    assert not told_of_the_guide(consent(), REVOKED, GUIDE)


def test_the_district_follows_its_own_case_without_consent() -> None:
    notify = Given(SERVICE, "2025-05-05")

    said = notify.hears(entries.admitted(), GUIDE)

    assert "district-12069" in {one.agency for one in said if isinstance(one, EntryDisclosed)}


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        (fact, kind)
        for fact, seen in AUDIENCES.items()
        for kind, audience in seen.items()
        if audience.consent
    ],
)
def test_no_view_that_takes_a_consent_is_made_without_it(
    fact: type[Fact], kind: AgencyKind
) -> None:
    plain = fact.model_construct()
    wanted = consent_for(fact, kind)
    others = frozenset(ConsentKind) - {wanted}

    assert view(plain, Place("casework", 1, "c-1", "2025-05-05T09:00:00Z"), kind, others) is None
