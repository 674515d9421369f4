"""Whatever is handed over, answered and consented to in all domains at once, each stays sound."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.casework.domains import in_domain
from services.casework.profiles import profile_for
from services.chassis.decider import Refused
from services.jobcenter_bridge.queue import work_item
from services.jobcenter_bridge.state import UNDECIDED, Handoff
from staffel_contracts.audit.course import Course
from staffel_contracts.codes import (
    AgencyKind,
    CloseReason,
    ConsentKind,
    ForwardReason,
    HandBackCause,
    HandoffStatus,
    RefusalCode,
    RejectReason,
    ReopenReason,
    SheetField,
    WithdrawReason,
    kind_of,
)
from staffel_contracts.codes import ResponsibilityDomain as Domain
from staffel_contracts.command import Command
from staffel_contracts.commands.casework import (
    CloseCase,
    DraftHandoff,
    ReopenCase,
    ResubmitHandover,
    SupplyHandoffInformation,
)
from staffel_contracts.commands.jobcenter_bridge import (
    AcceptHandoff,
    AcknowledgeHandoff,
    ConfirmDelivery,
    ForwardHandoff,
    HandBackToDistrict,
    NotifyBenefitStart,
    RejectHandoff,
    RequestHandoff,
    RequestHandoffInformation,
    WithdrawHandoff,
)
from staffel_contracts.domains import BY_CONSENT, COMPETENT
from staffel_contracts.facts import intake
from staffel_contracts.facts.casework import HandoverSheetCompleted
from staffel_contracts.facts.jobcenter_bridge import ResponsibilityChanged
from tests.support.cover import DAY, today_of
from tests.support.entries import RECEIVER, SENDER, admitted, recognised
from tests.support.given import CASE
from tests.support.relay import Relay

AGENCIES = (RECEIVER, "social-assistance-12069", "youth-office-12069", "district-12054")
DOMAINS = st.sampled_from(Domain)
OTHERS = st.sampled_from([domain for domain in Domain if domain is not Domain.BENEFITS])
ANYONE = st.sampled_from([SENDER, *AGENCIES])
ROLES = st.sampled_from(["caseworker", "lead"])
OPEN = UNDECIDED | {HandoffStatus.ACCEPTED}
NEXT: dict[HandoffStatus, type[Command]] = {
    HandoffStatus.SUBMITTED: ConfirmDelivery,
    HandoffStatus.DELIVERED: AcknowledgeHandoff,
    HandoffStatus.ACKNOWLEDGED: AcceptHandoff,
    HandoffStatus.INFORMATION_REQUESTED: AcceptHandoff,
    HandoffStatus.SECOND_LOOK: AcceptHandoff,
    HandoffStatus.IN_EFFECT: NotifyBenefitStart,
}


AGAIN = (ResubmitHandover, SupplyHandoffInformation)
BY_SENDER = (DraftHandoff, *AGAIN, WithdrawHandoff)
BY_RECEIVER = (*NEXT.values(), RejectHandoff, ForwardHandoff, RequestHandoffInformation)
BOTH = (*BY_SENDER, *BY_SENDER, *BY_RECEIVER, RequestHandoff, HandBackToDistrict)


class AnyDomains(RuleBasedStateMachine):
    """A person in casework and the bridge, handed over in five domains through months."""

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """The person was admitted."""
        self.relay = Relay("2025-03-28", data)
        self.course, self.seen, self.refs = Course(), 0, 0
        self.consents: dict[str, str] = {}
        self.decided = False
        self._say(admitted())

    # -- what intake says ----------------------------------------------------------------------

    @precondition(lambda self: not self.decided)
    @rule(data=st.data())
    def recognise(self, data: st.DataObject) -> None:
        """Benefits are going to end, and are handed over by the clock."""
        self.relay.choices, self.decided = data, True
        self._say(recognised("2025-03-20"))

    @rule(agency=st.sampled_from(AGENCIES), data=st.data())
    def consent(self, agency: str, data: st.DataObject) -> None:
        """The person lets counselling pass to an agency."""
        self.relay.choices, self.refs = data, self.refs + 1
        ref = f"consent-{self.refs}"
        self.consents[ref] = agency
        kind, until = ConsentKind.COUNSELLING_SUMMARY, date(2030, 1, 1)
        given: dict[str, Any] = {"consent_kind": kind, "recipient": agency, "given_on": self.today}
        self._say(intake.ConsentGiven(consent_ref=ref, valid_to=until, **given))

    @rule(agency=st.sampled_from(AGENCIES), data=st.data())
    def pass_counselling_on(self, agency: str, data: st.DataObject) -> None:
        """The person consents, and counselling is handed over."""
        self.consent(agency, data)
        by, day = self._responsible(Domain.INTEGRATION_COUNSELLING), self.today + 20 * DAY
        to: dict[str, Any] = {"to_agency": agency, "effective_on": day}
        self._ask("casework", DraftHandoff, Domain.INTEGRATION_COUNSELLING, by, data, **to)

    @precondition(lambda self: self.consents)
    @rule(data=st.data())
    def revoke(self, data: st.DataObject) -> None:
        """The person takes a consent back."""
        self.relay.choices = data
        ref = data.draw(st.sampled_from(sorted(self.consents)))
        agency = self.consents.pop(ref)
        kind = ConsentKind.COUNSELLING_SUMMARY
        taken: dict[str, Any] = {
            "consent_kind": kind,
            "recipient": agency,
            "revoked_on": self.today,
        }
        self._say(intake.ConsentRevoked(consent_ref=ref, **taken))

    # -- what agencies ask ---------------------------------------------------------------------

    @rule(domain=OTHERS, to=st.sampled_from(AGENCIES), later=st.integers(-5, 60), data=st.data())
    def draft(self, domain: Domain, to: str, later: int, data: st.DataObject) -> None:
        """Whoever is responsible prepares a handoff."""
        by = self._responsible(domain)
        day = self.today + later * DAY
        self._ask("casework", DraftHandoff, domain, by, data, to_agency=to, effective_on=day)

    @rule(domain=DOMAINS, times=st.integers(1, 4), data=st.data())
    def go_on(self, domain: Domain, times: int, data: st.DataObject) -> None:
        """The receiver does what is next."""
        for _ in range(times):
            state = self._state(domain)
            if state.stage in NEXT and state.to_agency:
                self._answer(NEXT[state.stage], domain, state.to_agency, "caseworker", data)

    @rule(
        kind=st.sampled_from(BY_RECEIVER),
        domain=DOMAINS,
        role=ROLES,
        data=st.data(),
    )
    def answer(self, kind: Any, domain: Domain, role: str, data: st.DataObject) -> None:
        """The receiver answers anything."""
        receiver = self._state(domain).to_agency or RECEIVER
        self._answer(kind, domain, receiver, role, data)

    @rule(domain=DOMAINS, agency=ANYONE, data=st.data())
    def accept_anyhow(self, domain: Domain, agency: str, data: st.DataObject) -> None:
        """Anyone accepts what may be another's."""
        self._answer(AcceptHandoff, domain, agency, "lead", data)

    @rule(domain=DOMAINS, data=st.data())
    def withdraw(self, domain: Domain, data: st.DataObject) -> None:
        """The sender takes a handoff back."""
        sender = self._state(domain).from_agency or SENDER
        self._answer(WithdrawHandoff, domain, sender, "caseworker", data)

    @rule(domain=DOMAINS, agency=ANYONE, data=st.data())
    def request(self, domain: Domain, agency: str, data: st.DataObject) -> None:
        """An agency asks for the person."""
        day: dict[str, Any] = {"application_received_on": self.today}
        self._ask("jobcenter_bridge", RequestHandoff, domain, agency, data, **day)

    @rule(domain=DOMAINS, later=st.integers(1, 40), data=st.data())
    def hand_back(self, domain: Domain, later: int, data: st.DataObject) -> None:
        """The person goes back to the district."""
        values: dict[str, Any] = {
            "effective_on": self.today + later * DAY,
            "cause": HandBackCause.TITLE_LOST,
        }
        by = self._responsible(domain)
        self._ask("jobcenter_bridge", HandBackToDistrict, domain, by, data, **values)

    @rule(domain=DOMAINS, later=st.sampled_from([0, 0, 10]), data=st.data())
    def take_back(self, domain: Domain, later: int, data: st.DataObject) -> None:
        """Whoever has accepted hands back before its day, and the sender answers."""
        self.go_on(domain, 3, data)
        state = self._state(domain)
        if state.takeover_on:
            day: dict[str, Any] = {"effective_on": state.takeover_on + later * DAY}
            day |= {"cause": HandBackCause.TITLE_LOST}
            self._ask(
                "jobcenter_bridge", HandBackToDistrict, domain, state.taker or "", data, **day
            )
            self.go_on(domain, data.draw(st.integers(0, 3)), data)

    @rule(domain=DOMAINS, again=st.booleans(), data=st.data())
    def tell_more(self, domain: Domain, data: st.DataObject, *, again: bool) -> None:
        """The sender answers a question, or hands over again what nobody took."""
        state = self._state(domain)
        fields = {} if again else {SheetField.LANGUAGE: "fa"}
        kind = ResubmitHandover if again else SupplyHandoffInformation
        wish = kind(case=CASE, handoff_id=state.handoff_id or "handoff-0", fields=fields)
        self.relay.choices = data
        self._try("casework", wish, state.from_agency or SENDER, "caseworker", domain)

    @rule(closing=st.booleans(), reason=st.sampled_from(CloseReason), data=st.data())
    def close(self, reason: CloseReason, data: st.DataObject, *, closing: bool) -> None:
        """The district closes the case, or takes it up again."""
        self.relay.choices = data
        closed = CloseCase(case=CASE, closed_on=self.today, reason_code=reason)
        opened = ReopenCase(case=CASE, reopened_on=self.today, reason_code=next(iter(ReopenReason)))
        self._granted("casework", closed if closing else opened, SENDER, "lead")

    @rule(days=st.sampled_from([1, 1, 3, 10, 31]), data=st.data())
    def wait(self, days: int, data: st.DataObject) -> None:
        """Time passes."""
        self.relay.choices = data
        self.relay.on((self.today + days * DAY).isoformat())

    # -- what must hold ------------------------------------------------------------------------

    @invariant()
    def auditors_find_nothing(self) -> None:
        """I1, I2, I6, I7, I8 in each domain, as bundles are checked."""
        for fact in self.relay.bridge.said[self.seen :]:
            self.course.see(fact, self.relay.bridge.now.isoformat())
            if isinstance(fact, ResponsibilityChanged) and fact.from_agency is None:
                assert fact.valid_from == date(2024, 9, 2)
        self.seen = len(self.relay.bridge.said)

    @invariant()
    def both_services_name_the_same_agency(self) -> None:
        """Who is responsible in a domain is known alike; untouched ones are the district's."""
        case = next(iter(self.relay.casework.states.values()))
        for domain in Domain:
            named = self._state(domain).responsible or SENDER
            assert in_domain(case, domain.value).responsible == named

    @invariant()
    def what_is_open_is_somebodys_work(self) -> None:
        """I9: in each domain it has one owner and a day."""
        for domain in Domain:
            state = self._state(domain)
            if HandoffStatus(state.status) in OPEN:
                item = work_item(state)
                assert item is not None
                assert item.agency in {state.from_agency, state.to_agency}
                assert kind_of(state.to_agency or "") in COMPETENT[domain]

    @invariant()
    def nothing_waits_without_its_consent(self) -> None:
        """What passes by consent only is with nobody whom the person does not consent to."""
        for domain in BY_CONSENT:
            state = self._state(domain)
            if HandoffStatus(state.status) in UNDECIDED:
                assert state.to_agency in self.consents.values()

    @invariant()
    def a_sheet_tells_what_its_domain_needs(self) -> None:
        """I10: no field without its profile's basis."""
        for fact in self.relay.casework.said[-3:]:
            if isinstance(fact, HandoverSheetCompleted):
                kind = kind_of(fact.to_agency) or AgencyKind.JOBCENTER
                assert {*fact.field_codes} <= profile_for(kind, fact.domain).codes

    @invariant()
    def no_deadline_is_left_behind(self) -> None:
        """Whatever is due lies in the future."""
        for service in self.relay.services.values():
            assert all(moment > service.now for moment in service.pending().values())

    def teardown(self) -> None:
        """I12: the logs fold into the states."""
        for service in self.relay.services.values() if hasattr(self, "relay") else ():
            assert service.folded() == service.own()

    # -- how -----------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The legal date."""
        return today_of(self.relay.bridge)

    def _say(self, fact: Any) -> None:
        self.relay.say("intake", fact)
        self.relay.settle()

    def _state(self, domain: Domain) -> Handoff:
        state: Handoff = self.relay.state_in(domain)
        return state

    def _responsible(self, domain: Domain) -> str:
        return self._state(domain).responsible or SENDER

    def at_once(self, domain: Domain, data: st.DataObject) -> None:
        """Both sides send commands before either service has heard the other."""
        for kind in data.draw(st.lists(st.sampled_from(BOTH), min_size=2, max_size=4)):
            service = "casework" if kind in (DraftHandoff, *AGAIN) else "jobcenter_bridge"
            state = self._state(domain)
            sender = state.from_agency or self._responsible(domain)
            agency = sender if kind in BY_SENDER else state.to_agency or RECEIVER
            wish = self._wish(kind, domain, data)
            with suppress(Refused):
                self.relay.say(service, *self.relay.services[service].asks(wish, agency, "lead"))
        self.relay.settle()

    def _answer(
        self, kind: Any, domain: Domain, agency: str, role: str, data: st.DataObject
    ) -> None:
        self.relay.choices = data
        wish = self._wish(kind, domain, data)
        self._try("jobcenter_bridge", wish, agency, role, domain)

    def _wish(self, kind: Any, domain: Domain, data: st.DataObject) -> Command:
        state = self._state(domain)
        start = max(self.today, state.effective_on or self.today)
        if domain in (Domain.BENEFITS, Domain.HEALTH_COVER):
            start = max(start, date(2025, 5, 1))
        usual: dict[str, Any] = {
            "handoff_id": state.handoff_id or "handoff-0",
            "sheet_digest": state.sheet_digest or "0" * 64,
            "receipt_ref": "receipt-1",
            "unit_ref": "team-7",
            "effective_on": start,
            "starts_on": start,
            "item_codes": (SheetField.LANGUAGE,),
            "due_on": self.today + 7 * DAY,
            "reason_code": self._reason(kind, data),
            "forwarded_to": data.draw(st.sampled_from(AGENCIES)),
            "to_agency": data.draw(st.sampled_from(AGENCIES)) if kind is DraftHandoff else None,
            "fields": {SheetField.LANGUAGE: "fa"} if kind is SupplyHandoffInformation else {},
            "application_received_on": self.today,
            "cause": HandBackCause.TITLE_LOST,
            "case": CASE,
            "domain": domain,
        }
        given = {name: value for name, value in usual.items() if name in kind.model_fields}
        wish: Command = kind(**given)
        return wish

    def _reason(self, kind: Any, data: st.DataObject) -> Any:
        reasons = {
            RejectHandoff: RejectReason,
            ForwardHandoff: ForwardReason,
            WithdrawHandoff: WithdrawReason,
        }
        return data.draw(st.sampled_from(reasons[kind])) if kind in reasons else None

    def _ask(
        self,
        service: str,
        kind: Any,
        domain: Domain,
        agency: str,
        data: st.DataObject,
        *,
        role: str = "caseworker",
        **values: Any,
    ) -> None:
        wish = kind(case=CASE, domain=domain, **values)
        self.relay.choices = data
        self._try(service, wish, agency, role, domain)

    def _try(self, service: str, wish: Command, agency: str, role: str, domain: Domain) -> None:
        """Whether it is granted or not, the other domains stay as they are."""
        before = {other: self._bare(other) for other in Domain if other is not domain}
        self._granted(service, wish, agency, role)
        assert before == {other: self._bare(other) for other in before}

    def _bare(self, domain: Domain) -> Handoff:
        return replace(self._state(domain), admission=None, benefits=None)

    def _granted(self, service: str, wish: Command, agency: str, role: str) -> None:
        try:
            self.relay.ask(service, wish, agency, role)
        except Refused as refused:
            assert refused.code in set(RefusalCode)  # noqa: PT017 - both ends are right
            assert not any(self.relay.queues.values()), "only the command is refused"


TestAnyDomains = AnyDomains.TestCase
TestAnyDomains.settings = settings(max_examples=60, stateful_step_count=30)


@settings(max_examples=60)
@given(domain=DOMAINS, data=st.data())
def test_commands_that_cross_each_other_leave_each_domain_sound(
    domain: Domain, data: st.DataObject
) -> None:
    person = AnyDomains()
    person.begin(data)
    person.recognise(data)

    for _ in range(6):
        person.at_once(domain, data)
        person.auditors_find_nothing()
        person.both_services_name_the_same_agency()
        person.what_is_open_is_somebodys_work()
        person.wait(data.draw(st.sampled_from([1, 1, 10, 31])), data)
    person.teardown()
