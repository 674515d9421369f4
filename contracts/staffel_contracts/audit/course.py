"""What must hold of one case: always one responsible agency, changed by acceptance alone."""

from collections.abc import Iterator
from datetime import date, timedelta

from staffel_contracts.fact import Fact
from staffel_contracts.facts.jobcenter_bridge import (
    HandedBackToDistrict,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffAnnulled,
    HandoffCompleted,
    HandoffDelivered,
    HandoffExpired,
    HandoffForwarded,
    HandoffRejected,
    HandoffReversed,
    HandoffSubmission,
    HandoffWithdrawn,
    ResponsibilityChanged,
)
from staffel_contracts.ladder import Ladder

_ENDED = (HandoffRejected, HandoffForwarded, HandoffExpired, HandoffWithdrawn, HandoffAnnulled)
_A_DAY = timedelta(days=1)


class Broken(Exception):
    """A rule is broken; says which, without any personal data."""


class Course:
    """One case so far. The rules' names are those of ``docs/audit.md``."""

    __slots__ = (
        "_accepted", "_digests", "_ended", "_expires", "_moved", "_received", "_reversed",
        "_sheets", "_taken", "_timeline", "completed",
    )  # fmt: skip

    def __init__(self) -> None:
        self._timeline: dict[str, Timeline] = {}
        self._digests: dict[str, str | None] = {}
        self._received: dict[str, date] = {}
        self._taken: dict[str, set[str]] = {}
        self._accepted: dict[str, HandoffAccepted] = {}
        self._ended: set[str] = set()
        self._moved: set[str] = set()
        self._reversed: set[str] = set()
        self._expires: dict[str, date] = {}
        self._sheets: dict[str, str] = {}
        self.completed: dict[str, tuple[str, date]] = {}
        """By sheet: who sent it, until that agency is responsible again, and since when."""

    @property
    def first_on(self) -> dict[str, date]:
        """From which day on anybody is responsible, by domain."""
        return {domain: line.first_on for domain, line in self._timeline.items()}

    def see(self, fact: Fact, recorded: str) -> None:
        """Look at the next fact, recorded at this moment.

        Raises:
            Broken: it breaks a rule.
        """
        if isinstance(fact, ResponsibilityChanged):
            self._changed(fact, _day(recorded))
        elif isinstance(fact, HandoffSubmission | HandedBackToDistrict):
            self._begun(fact)
        elif isinstance(fact, HandoffDelivered | HandoffAcknowledged):
            self._taken_up(fact)
        elif isinstance(fact, HandoffCompleted):
            sheet_ref = self._sheets.get(fact.handoff_id, "")
            self.completed[sheet_ref] = (fact.from_agency, fact.completed_on)
        elif isinstance(fact, HandoffAccepted):
            self._accept(fact)
        elif isinstance(fact, HandoffReversed):
            self._reverse(fact)
        elif isinstance(fact, _ENDED):
            self._over(fact)

    def overdue(self, today: date) -> Iterator[str]:
        """The rules that are broken by what has not been said up to a day."""
        if any(day < today for day in self._expires.values()):
            yield "I9: a handoff that nobody took up has not expired"
        for handoff, taken in self._accepted.items():
            line = self._timeline.get(taken.domain)
            since = line.since + _A_DAY if line else date.max
            day = max(taken.effective_on, taken.accepted_on, since)
            if handoff not in self._moved | self._reversed and day < today:
                yield "I9: what was accepted has not taken effect on its day"

    def _taken_up(self, fact: HandoffDelivered | HandoffAcknowledged) -> None:
        self._taken.setdefault(fact.handoff_id, set()).add(fact.NAME)
        if isinstance(fact, HandoffDelivered):
            known = self._received.get(fact.handoff_id, fact.delivered_on)
            self._received[fact.handoff_id] = min(known, fact.delivered_on)
            self._expires[fact.handoff_id] = fact.expires_on
        else:
            self._expires.pop(fact.handoff_id, None)

    def _changed(self, fact: ResponsibilityChanged, today: date) -> None:
        back = [ref for ref, (sender, _) in self.completed.items() if sender == fact.to_agency]
        for sheet_ref in back:
            del self.completed[sheet_ref]
        line = self._timeline.get(fact.domain)
        if line is None:
            self._timeline[fact.domain] = Timeline(fact.valid_from, fact.to_agency)
            must(fact.from_agency is None, "I1: the first agency takes over from another")
            must(fact.handoff_id is None, "I2: the first change is caused by a handoff")
            return
        before, since = line.agency, line.since
        line.agency, line.since = fact.to_agency, fact.valid_from
        must(fact.from_agency == before, "I1: responsibility moves away from another agency")
        must(fact.to_agency != before, "I1: responsibility moves to the agency that has it")
        must(since < fact.valid_from, "I1: two agencies are responsible on the same day")
        # Days are those of Berlin, where it may be tomorrow already.
        must(fact.valid_from <= today + _A_DAY, "I1: a change is said before its day")
        self._caused(fact)

    def _caused(self, fact: ResponsibilityChanged) -> None:
        handoff = fact.handoff_id or ""
        taken = self._accepted.get(handoff)
        line = self._timeline[fact.domain]
        if handoff != line.standing:
            line.waiting = None
        line.standing = None
        if taken is None:
            raise Broken("I2: responsibility moves without an acceptance")
        agencies = (fact.from_agency, fact.to_agency)
        must(agencies == (taken.from_agency, taken.to_agency), "I2: another agency had accepted")
        day = max(taken.effective_on, taken.accepted_on)
        must(fact.valid_from >= day, "I2: responsibility moves before the day accepted")
        must(handoff not in self._moved, "I2: one acceptance moves responsibility twice")
        self._moved.add(handoff)

    def _begun(self, fact: "HandoffSubmission | HandedBackToDistrict") -> None:
        handoff = fact.handoff_id
        line = self._timeline.get(fact.domain)
        must(handoff not in self._digests, "I7: a handoff begins twice")
        self._digests[handoff] = fact.sheet_digest
        agreed = (fact.ladder or Ladder()).expiry_days
        self._expires[handoff] = _begun_on(fact) + timedelta(days=agreed)
        if isinstance(fact, HandoffSubmission):
            self._sheets[handoff] = fact.sheet_ref
            self._chained(fact)
        waiting = self._under_way(line, fact) if line else None
        if line:
            line.waiting = handoff
        must(line is not None, "I1: a person is handed over for whom nobody is responsible")
        must(waiting is None, "I7: a handoff begins while another is under way")

    def _under_way(self, line: "Timeline", fact: Fact) -> str | None:
        """What is under way besides; what was accepted may be handed back before its day."""
        back = fact.reverses_handoff if isinstance(fact, HandedBackToDistrict) else None
        if back in self._accepted and line.waiting == back:
            line.waiting, line.standing = None, back
        return line.waiting or (line.standing if line.standing != back else None)

    def _reverse(self, fact: HandoffReversed) -> None:
        """What was accepted takes no effect, because the sender has accepted it back."""
        line, back = self._timeline.get(fact.domain), fact.reverses_handoff
        back_on = self._accepted.get(fact.handoff_id, None)
        must(line is not None and line.standing == back, "I2: what is reversed was not accepted")
        must(back_on is not None, "I2: an acceptance is reversed that nobody accepted back")
        on_time = back_on is not None and fact.reversed_on < fact.effective_on
        must(on_time and back not in self._moved, "I2: what took effect is reversed")
        if line:
            line.waiting = line.standing = None
        self._reversed |= {fact.handoff_id, back}
        received = [self._received[one] for one in (back, fact.handoff_id) if one in self._received]
        if received:
            self._received[fact.handoff_id] = min(received)

    def _chained(self, fact: HandoffSubmission) -> None:
        """A handoff that took effect has reached its goal: the one after it begins a new chain."""
        replaced = fact.replaces_handoff or ""
        before = None if replaced in self._moved else self._received.get(replaced)
        if fact.first_received_on is not None:
            self._received[fact.handoff_id] = fact.first_received_on
        later = before is not None and (fact.first_received_on or date.max) > before
        must(not later, "I6: the day of the first receipt gets later")

    def _accept(self, fact: HandoffAccepted) -> None:
        self._accepted[fact.handoff_id] = fact
        self._decided(fact.handoff_id)
        digest = self._digests.get(fact.handoff_id)
        must(fact.accepted_digest == digest, "I8: another sheet is accepted than was submitted")
        taken = self._taken.get(fact.handoff_id, set())
        both = {HandoffDelivered.NAME, HandoffAcknowledged.NAME}
        must(both <= taken, "I8: a handoff is accepted that was not delivered and taken up")

    def _over(self, fact: Fact) -> None:
        handoff: str = fact.handoff_id  # type: ignore[attr-defined] # every class of _ENDED has it
        for line in self._timeline.values():
            if line.waiting == handoff:
                line.waiting = None
        self._decided(handoff)
        if isinstance(fact, HandoffForwarded):
            same = fact.first_received_on == self._received.get(handoff)
            must(same, "I6: the day of the first receipt is not passed on")

    def _decided(self, handoff: str) -> None:
        known, twice = handoff in self._digests, handoff in self._ended
        self._ended.add(handoff)
        self._expires.pop(handoff, None)
        must(known, "I7: a handoff is decided that never began")
        must(not twice, "I7: a handoff is decided twice")


def _begun_on(fact: "HandoffSubmission | HandedBackToDistrict") -> date:
    return fact.submitted_on if isinstance(fact, HandoffSubmission) else fact.handed_back_on


def _day(recorded: str) -> date:
    try:
        return date.fromisoformat(recorded[:10])
    except ValueError:
        raise Broken("order: the moment of recording is on no day") from None


class Timeline:
    """Who is responsible in one domain, since when, and which handoff is under way."""

    __slots__ = ("agency", "first_on", "since", "standing", "waiting")

    def __init__(self, since: date, agency: str) -> None:
        self.first_on = self.since = since
        self.agency = agency
        self.waiting: str | None = None
        self.standing: str | None = None
        """What was accepted and is handed back before its day."""


def must(holds: bool, rule: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Say which rule is broken, unless it holds.

    Raises:
        Broken: it does not.
    """
    if not holds:
        raise Broken(rule)
