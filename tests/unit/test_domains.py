"""Each domain of responsibility goes its own way: housing, health, work and counselling apart."""

from typing import Any

import pytest

from services.casework.domains import in_domain
from services.casework.profiles import profile_for
from services.chassis.decider import Refused
from services.jobcenter_bridge.queue import work_item
from services.jobcenter_bridge.state import Handoff
from staffel_contracts.audit.course import Course
from staffel_contracts.codes import (
    AgencyKind,
    ConsentKind,
    HandBackCause,
    HandoffStatus,
    NextStep,
    RefusalCode,
    RejectReason,
    SheetField,
    WithdrawReason,
)
from staffel_contracts.codes import ResponsibilityDomain as Domain
from staffel_contracts.commands.casework import (
    DraftHandoff,
    ResubmitHandover,
    SupplyHandoffInformation,
)
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    ConfirmDelivery,
    ForwardHandoff,
    HandBackToDistrict,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoff,
    RequestHandoffInformation,
)
from staffel_contracts.domains import BY_CONSENT, COMPETENT
from staffel_contracts.facts import casework, intake
from staffel_contracts.facts import jobcenter_bridge as bridge
from staffel_contracts.sheet import NEVER_LEAVES
from tests.support.entries import RECEIVER, SENDER, STRANGER, admitted, recognised
from tests.support.given import CASE, day
from tests.support.relay import Relay

HOUSING, HEALTH, WORK = Domain.ACCOMMODATION, Domain.HEALTH_COVER, Domain.LABOUR_INTEGRATION
COUNSELLING = Domain.INTEGRATION_COUNSELLING
SOCIAL = "social-assistance-12069"
YOUTH = "youth-office-12069"


def known(today: str = "2025-03-28", *, decided: bool = True) -> Relay:
    """A person in the district, whose recognition was served on 20 March 2025."""
    relay = Relay(today)
    relay.say("intake", admitted())
    if decided:
        relay.say("intake", recognised("2025-03-20"))
    relay.settle()
    return relay


def draft(relay: Relay, domain: Domain, effective_on: str, to: str = RECEIVER) -> None:
    wish = DraftHandoff(case=CASE, domain=domain, to_agency=to, effective_on=day(effective_on))
    relay.ask("casework", wish, SENDER)


def consent(relay: Relay, recipient: str = YOUTH, ref: str = "consent-1") -> None:
    given = intake.ConsentGiven(
        consent_ref=ref,
        consent_kind=ConsentKind.COUNSELLING_SUMMARY,
        recipient=recipient,
        given_on=day("2025-03-28"),
        valid_to=day("2025-12-31"),
    )
    relay.say("intake", given)
    relay.settle()


REVOKED = intake.ConsentRevoked(
    consent_ref="consent-1",
    consent_kind=ConsentKind.COUNSELLING_SUMMARY,
    recipient=YOUTH,
    revoked_on=day("2025-03-28"),
)


def changes(relay: Relay, domain: Domain) -> list[tuple[str, str]]:
    said = (f for f in relay.bridge.said if isinstance(f, bridge.ResponsibilityChanged))
    return [(f.to_agency, f.valid_from.isoformat()) for f in said if f.domain is domain]


def refusal(act: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def is_sound(relay: Relay) -> None:
    """The rules that auditors check hold in every domain, and the logs fold into the states."""
    course = Course()
    for fact in relay.bridge.said:
        course.see(fact, relay.bridge.now.isoformat())
    assert {*course.first_on.values()} <= {day("2024-09-02")}
    for service in relay.services.values():
        assert service.folded() == service.own()


def test_housing_is_handed_over_before_benefits() -> None:
    """§ 53 Abs. 2 AsylG: the duty to live in the shelter ends with the recognition."""
    relay = known("2025-03-28")
    draft(relay, HOUSING, "2025-04-01")
    relay.take_over(HOUSING, "2025-04-01")
    relay.on("2025-04-02")

    assert changes(relay, HOUSING) == [(SENDER, "2024-09-02"), (RECEIVER, "2025-04-01")]
    assert changes(relay, Domain.BENEFITS) == [(SENDER, "2024-09-02")]
    assert relay.state_in(HOUSING).stage is HandoffStatus.COMPLETED
    relay.on("2025-04-07")
    assert relay.handed.domain is Domain.BENEFITS
    assert relay.handed.effective_on == day("2025-05-01")
    is_sound(relay)


def test_benefits_are_rejected_while_housing_is_accepted() -> None:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-05-01")
    relay.take_up(Domain.BENEFITS)
    relay.answer(RejectHandoff, reason_code=RejectReason.NOT_ABLE_TO_WORK)
    relay.take_over(HOUSING, "2025-05-01")
    relay.on("2025-05-02")

    assert relay.state_in(Domain.BENEFITS).responsible == SENDER
    assert relay.state_in(HOUSING).responsible == RECEIVER
    assert relay.state_in(Domain.BENEFITS).next_step == NextStep.OTHER_BENEFIT
    assert relay.casework.state().handoff.status == HandoffStatus.REJECTED
    item = work_item(relay.state_in(Domain.BENEFITS))
    assert item is not None
    assert item.agency == SENDER
    assert work_item(relay.state_in(HOUSING)) is None
    is_sound(relay)


def test_two_open_domains_are_answered_by_two_agencies() -> None:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-05-01", SOCIAL)
    housing, benefits = relay.handed_in(HOUSING), relay.handed_in(Domain.BENEFITS)

    assert (housing.to_agency, benefits.to_agency) == (SOCIAL, RECEIVER)
    assert isinstance(housing, bridge.HandoffSubmitted)
    mistaken = ConfirmDelivery(
        case=CASE,
        handoff_id=housing.handoff_id,
        domain=HOUSING,
        sheet_digest=housing.sheet_digest,
        receipt_ref="r-1",
    )
    refused = refusal(lambda: relay.ask("jobcenter_bridge", mistaken, RECEIVER))
    assert refused.code is RefusalCode.NOT_THE_RECEIVER
    other = mistaken.model_copy(update={"domain": Domain.BENEFITS})
    refused = refusal(lambda: relay.ask("jobcenter_bridge", other, RECEIVER))
    assert refused.code is RefusalCode.HANDOFF_OTHER
    relay.take_over(Domain.BENEFITS, "2025-05-01")
    relay.take_over(HOUSING, "2025-05-01")
    relay.on("2025-05-02")
    assert relay.state_in(HOUSING).responsible == SOCIAL
    assert relay.state_in(Domain.BENEFITS).responsible == RECEIVER
    is_sound(relay)


def test_a_question_in_one_domain_is_answered_in_it_alone() -> None:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-05-01")
    housing = relay.handed_in(HOUSING)
    relay.take_up(HOUSING)
    items = [SheetField.TENANCY]
    relay.answer(RequestHandoffInformation, domain=HOUSING, item_codes=items, due_on="2025-04-20")
    fields = {SheetField.TENANCY: "Zimmer, 242,00 EUR"}
    wish = SupplyHandoffInformation(case=CASE, handoff_id=housing.handoff_id, fields=fields)
    relay.ask("casework", wish, SENDER)

    assert relay.casework.last(casework.HandoffInformationSupplied).domain is HOUSING
    assert relay.state_in(HOUSING).stage is HandoffStatus.ACKNOWLEDGED
    assert relay.state_in(Domain.BENEFITS).stage is HandoffStatus.SUBMITTED
    assert relay.casework.state().supplied == {}
    is_sound(relay)


def test_a_rejected_domain_is_handed_over_again_by_itself() -> None:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-05-01")
    first = relay.handed_in(HOUSING)
    relay.take_up(HOUSING)
    relay.answer(RejectHandoff, domain=HOUSING, reason_code=RejectReason.INCOMPLETE)
    fields = {SheetField.MOVE_OUT_STATE: "Wohnung gefunden"}
    again = ResubmitHandover(case=CASE, handoff_id=first.handoff_id, fields=fields)
    relay.ask("casework", again, SENDER)

    second = relay.handed_in(HOUSING)
    assert second.replaces_handoff == first.handoff_id
    assert relay.handed_in(Domain.BENEFITS).replaces_handoff is None
    assert relay.casework.last(casework.HandoverSheetCompleted).fields.items() >= fields.items()
    is_sound(relay)


def test_a_forwarded_domain_goes_on_in_it() -> None:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-05-01")
    first = relay.handed_in(HOUSING)
    relay.take_up(HOUSING)
    reason = {"reason_code": "not-competent-subject"}
    wrong = {"forwarded_to": "immigration-office-12069"}
    refused = refusal(lambda: relay.answer(ForwardHandoff, domain=HOUSING, **reason, **wrong))
    relay.answer(ForwardHandoff, domain=HOUSING, **reason, forwarded_to=SOCIAL)

    assert (refused.code, refused.field) == (RefusalCode.INVALID, "forwarded_to")
    second = relay.handed_in(HOUSING)
    assert (second.to_agency, second.replaces_handoff) == (SOCIAL, first.handoff_id)
    assert second.first_received_on == day("2025-04-07")
    is_sound(relay)


def test_health_cover_begins_with_the_benefits_of_the_jobcenter_and_no_day_before() -> None:
    """§ 5 Abs. 1 Nr. 2a, § 186 Abs. 2a SGB V."""
    relay = known("2025-04-07")

    refused = refusal(lambda: draft(relay, HEALTH, "2025-04-15"))
    draft(relay, HEALTH, "2025-05-01")

    assert (refused.code, refused.field) == (RefusalCode.IMPLAUSIBLE_DATES, "effective_on")
    handed = relay.handed_in(HEALTH)
    assert handed.effective_on == day("2025-05-01")
    assert not relay.casework.last(casework.HandoffDrafted).by_hand
    assert relay.casework.last(casework.HandoverSheetCompleted).fields.keys() == {
        *(SheetField.GIVEN_NAME, SheetField.FAMILY_NAME, SheetField.BIRTH_DATE),
        *(SheetField.LANGUAGE, SheetField.ENTITLEMENT_END),
    }
    relay.take_up(HEALTH)
    early = {"effective_on": "2025-04-20", "sheet_digest": handed.sheet_digest}
    refused = refusal(lambda: relay.answer(AcceptHandoff, domain=HEALTH, **early))
    assert refused.code is RefusalCode.IMPLAUSIBLE_DATES
    is_sound(relay)


def test_counselling_passes_by_consent_only() -> None:
    """§ 67b Abs. 1 SGB X."""
    relay = known()

    without = refusal(lambda: draft(relay, COUNSELLING, "2025-04-15", YOUTH))
    consent(relay, "youth-office-12054")
    elsewhere = refusal(lambda: draft(relay, COUNSELLING, "2025-04-15", YOUTH))
    consent(relay, YOUTH, "consent-2")
    draft(relay, COUNSELLING, "2025-04-15", YOUTH)

    assert without.code is elsewhere.code is RefusalCode.CONSENT_MISSING
    assert relay.handed_in(COUNSELLING).to_agency == YOUTH
    is_sound(relay)


def test_counselling_is_withdrawn_when_the_consent_is() -> None:
    relay = known()
    consent(relay)
    draft(relay, COUNSELLING, "2025-04-15", YOUTH)
    handed = relay.handed_in(COUNSELLING)
    relay.say("intake", REVOKED)
    relay.settle()

    withdrawn = relay.bridge.last(bridge.HandoffWithdrawn)
    assert (withdrawn.handoff_id, withdrawn.domain) == (handed.handoff_id, COUNSELLING)
    assert withdrawn.reason_code is WithdrawReason.CONSENT_ENDED
    assert relay.state_in(COUNSELLING).responsible == SENDER
    seen = in_domain(relay.casework.state(), COUNSELLING.value)
    assert seen.handoff is not None
    assert seen.handoff.status == HandoffStatus.WITHDRAWN
    again = ResubmitHandover(case=CASE, handoff_id=handed.handoff_id, fields={})
    refused = refusal(lambda: relay.ask("casework", again, SENDER))
    assert refused.code is RefusalCode.CONSENT_MISSING
    is_sound(relay)


def test_counselling_is_withdrawn_on_the_day_after_the_last_of_the_consent() -> None:
    relay = known(decided=False)
    consent(relay)
    draft(relay, COUNSELLING, "2026-02-01", YOUTH)
    relay.take_up(COUNSELLING)

    relay.bridge.on("2025-12-31")
    before = relay.state_in(COUNSELLING).status
    relay.bridge.on("2026-01-01")

    assert before == HandoffStatus.ACKNOWLEDGED
    assert relay.state_in(COUNSELLING).status == HandoffStatus.WITHDRAWN


def test_a_sheet_that_comes_after_its_consent_was_revoked_is_not_submitted() -> None:
    relay = known()
    consent(relay)
    wish = DraftHandoff(
        case=CASE, domain=COUNSELLING, to_agency=YOUTH, effective_on=day("2025-04-15")
    )
    said = relay.casework.asks(wish, SENDER)
    relay.bridge.hears(REVOKED)
    relay.say("casework", *said)
    relay.settle()

    assert not [f for f in relay.bridge.said if isinstance(f, bridge.HandoffSubmission)]
    assert relay.state_in(COUNSELLING).responsible == SENDER


def test_an_agency_asks_for_a_person_in_a_domain_that_nobody_touched() -> None:
    relay = known(decided=False)
    wish = RequestHandoff(case=CASE, domain=WORK, application_received_on=day("2025-03-27"))
    stranger = refusal(lambda: relay.ask("jobcenter_bridge", wish, SOCIAL))
    relay.ask("jobcenter_bridge", wish, RECEIVER)

    assert (stranger.code, stranger.field) == (RefusalCode.INVALID, "domain")
    assert relay.bridge.last(bridge.HandoffRequested).answer_by == day("2025-04-02")
    assert changes(relay, WORK) == [(SENDER, "2024-09-02")]
    item = work_item(relay.state_in(WORK))
    assert item is not None
    assert (item.agency, item.due_on) == (SENDER, day("2025-04-02"))
    is_sound(relay)


def test_a_domain_goes_back_to_the_district_and_the_others_stay() -> None:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-05-01")
    relay.take_over(Domain.BENEFITS, "2025-05-01")
    relay.take_over(HOUSING, "2025-05-01")
    relay.on("2025-05-10")
    relay.answer(NotifyBenefitStart, starts_on="2025-05-01")
    cause: dict[str, Any] = {"cause": HandBackCause.TITLE_LOST, "effective_on": day("2025-06-01")}
    back = HandBackToDistrict(case=CASE, domain=HOUSING, **cause)
    relay.ask("jobcenter_bridge", back, RECEIVER)

    assert relay.state_in(HOUSING).status == HandoffStatus.SUBMITTED
    assert relay.state_in(Domain.BENEFITS).status == HandoffStatus.COMPLETED
    is_sound(relay)


def test_no_benefits_are_reported_in_another_domain() -> None:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-04-08")
    relay.take_over(HOUSING, "2025-04-09")

    refused = refusal(
        lambda: relay.answer(NotifyBenefitStart, domain=HOUSING, starts_on="2025-05-01")
    )

    assert (refused.code, refused.field) == (RefusalCode.INVALID, "domain")
    relay.on("2025-04-30")
    gaps = [f for f in relay.bridge.said if isinstance(f, bridge.CoverageGapDetected)]
    assert gaps == []


def test_one_handoff_is_open_in_a_domain_at_a_time() -> None:
    relay = known("2025-04-07")
    draft(relay, HOUSING, "2025-05-01")

    refused = refusal(lambda: draft(relay, HOUSING, "2025-05-01", SOCIAL))

    assert refused.code is RefusalCode.HANDOFF_OPEN
    draft(relay, WORK, "2025-05-01")
    assert relay.handed_in(WORK).to_agency == RECEIVER


def test_only_who_is_responsible_in_a_domain_hands_it_over() -> None:
    relay = known("2025-04-07")
    relay.take_over(Domain.BENEFITS, "2025-05-01")
    relay.on("2025-05-02")
    wish = DraftHandoff(
        case=CASE, domain=HOUSING, to_agency=STRANGER, effective_on=day("2025-06-01")
    )

    refused = refusal(lambda: relay.ask("casework", wish, RECEIVER))
    relay.ask("casework", wish, SENDER)

    assert refused.code is RefusalCode.NOT_RESPONSIBLE
    assert relay.handed_in(HOUSING).from_agency == SENDER
    is_sound(relay)


@pytest.mark.parametrize(
    ("domain", "agency"), [(WORK, SOCIAL), (COUNSELLING, SOCIAL), (HOUSING, "course-provider-1")]
)
def test_an_agency_of_a_kind_that_cannot_be_competent_is_refused(
    domain: Domain, agency: str
) -> None:
    refused = refusal(lambda: draft(known(), domain, "2025-05-01", agency))

    assert (refused.code, refused.field) == (RefusalCode.INVALID, "to_agency")


PAIRS = [
    (domain, kind)
    for domain, kinds in COMPETENT.items()
    for kind in kinds
    if domain is not Domain.BENEFITS
]


@pytest.mark.parametrize(("domain", "kind"), PAIRS)
def test_each_domain_has_a_profile_for_each_receiver_that_tells_less_than_benefits(
    domain: Domain, kind: AgencyKind
) -> None:
    profile = profile_for(kind, domain)

    assert profile.profile_id == f"{domain.value}-to-{kind.value}/1"
    assert profile.mandatory <= profile.codes
    assert not profile.by_code.keys() & NEVER_LEAVES
    assert all("§" in field.basis for field in profile.fields)
    assert len(profile.fields) < len(profile_for(AgencyKind.JOBCENTER).fields) / 2
    if domain in BY_CONSENT:
        assert all("§ 67b" in field.basis for field in profile.fields)


def test_a_domain_that_was_never_touched_holds_nothing_but_who_was_admitted() -> None:
    relay = known("2025-04-07")

    untouched = relay.state_in(HOUSING)

    assert untouched == Handoff(untouched.key, admission=untouched.admission)
    assert untouched.admission.agency == SENDER
    assert {f.domain for f in relay.bridge.said if hasattr(f, "domain")} == {Domain.BENEFITS}
