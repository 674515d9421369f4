"""Money between agencies: what the district may claim back, and until when (§§ 102 ff. SGB X).

An item is opened when days turn out to be covered twice, or were bridged by the district. The
claim is excluded twelve months after the last day of the benefit, at the earliest after it became
known that another agency owes it (§ 111 SGB X, R19); nobody forgets it, because the district is
warned before, and once more where the day has moved.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from services.casework.entitlement import reimbursement_exclusion_on
from services.casework.state import Case
from services.chassis.decider import Asked, Refused
from services.chassis.legal_calendar import legal_date, start_of_day
from services.chassis.replacing import replace
from staffel_contracts.codes import (
    BridgingInstrument,
    OverlapCause,
    RefusalCode,
    ReimbursementNorm,
)
from staffel_contracts.commands.casework import ClaimReimbursement, SettleReimbursement
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    ReimbursementClaimed,
    ReimbursementDeadlineNear,
    ReimbursementFact,
    ReimbursementSettled,
)

WARNED_DAYS_BEFORE = 60
_DUE = "reimbursement"
_CLAIMED, _SETTLED = "claimed", "settled"
_NORMS: dict[str, ReimbursementNorm] = {
    BridgingInstrument.ASYLBENS_CONTINUED: ReimbursementNorm.S104,
    BridgingInstrument.PROVISIONAL_S43: ReimbursementNorm.S102,
}


class Item(NamedTuple):
    """Days for which the district may claim back what it paid."""

    claim_ref: str
    norm: ReimbursementNorm
    from_on: date
    to_on: date
    known_on: date | None = None

    @property
    def exclusion_on(self) -> date:
        """The last day on which the claim can be made (§ 111 SGB X)."""
        return reimbursement_exclusion_on(self.to_on, self.known_on)

    @property
    def warned_on(self) -> date:
        """When somebody has to be reminded."""
        return self.exclusion_on - timedelta(days=WARNED_DAYS_BEFORE)

    @property
    def warned(self) -> str:
        """The status of an item of which the district was warned."""
        return _warned_of(self.exclusion_on)


def _warned_of(exclusion_on: date) -> str:
    return f"warned {exclusion_on.isoformat()}"


def items(case: Case) -> list[Item]:
    """What may be claimed, as the bridge reported cover; claims made are not left out.

    What was reported last of the days from the same first one counts.
    """
    reported = case.handoff.paid_twice if case.handoff else []
    found = (_item(days, _norm(days, reported)) for days in reported)
    return list({item.claim_ref: item for item in found}.values())


def _item(days: dict[str, str], norm: ReimbursementNorm) -> Item:
    first, last = date.fromisoformat(days["from_on"]), date.fromisoformat(days["to_on"])
    known_on = days.get("known_on")
    ref = f"r-{first.isoformat()}-{norm.value}"
    return Item(ref, norm, first, last, date.fromisoformat(known_on) if known_on else None)


def _norm(days: dict[str, str], reported: list[dict[str, str]]) -> ReimbursementNorm:
    """Bridged days stay bridged days, when the benefit that they bridged to is reported."""
    instruments = [days["instrument"]]
    if days["instrument"] == OverlapCause.BRIDGING:
        instruments = [one["instrument"] for one in reported if _meet(one, days)]
    norms = (_NORMS[one] for one in instruments if one in _NORMS)
    return next(norms, ReimbursementNorm.S104)


def _meet(one: dict[str, str], other: dict[str, str]) -> bool:
    return one["from_on"] <= other["to_on"] and other["from_on"] <= one["to_on"]


def warnings(case: Case) -> dict[str, datetime]:
    """When the district is to be warned of an exclusion, by item."""
    return {f"{_DUE} {item.claim_ref}": start_of_day(item.warned_on) for item in _unclaimed(case)}


def warn(case: Case, at: datetime) -> Fact | None:
    """The next warning that is due."""
    today = legal_date(at)
    for item in _unclaimed(case):
        if item.warned_on <= today:
            return ReimbursementDeadlineNear(
                claim_ref=item.claim_ref,
                norm=item.norm,
                due_on=item.warned_on,
                from_on=item.from_on,
                to_on=item.to_on,
                exclusion_on=item.exclusion_on,
            )
    return None


def _unclaimed(case: Case) -> list[Item]:
    """What nobody claimed and, as the exclusion stands now, nobody was warned of."""
    return [
        item
        for item in items(case)
        if case.claims.get(item.claim_ref) not in (_CLAIMED, _SETTLED, item.warned)
    ]


def claim(case: Case, asked: Asked[ClaimReimbursement], today: date) -> Fact:
    """The district's claim.

    Raises:
        Refused: not its case, known already, implausible, or excluded by lapse of time.
    """
    command = asked.command
    _only_the_district(case, asked)
    if case.claims.get(command.claim_ref) in (_CLAIMED, _SETTLED):
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "it was claimed", "claim_ref")
    if command.claimed_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", "claimed_on")
    if command.to_on < command.from_on:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before from_on", "to_on")
    known_on = _known_on(case, command)
    exclusion_on = reimbursement_exclusion_on(command.to_on, known_on)
    if command.claimed_on > exclusion_on:
        detail = "twelve months are over, also since the decision is known (§ 111 SGB X)"
        raise Refused(RefusalCode.CLAIM_EXCLUDED, detail, "claimed_on")
    said = command.model_dump(exclude={"case", "decision_known_on"})
    return ReimbursementClaimed(**said, exclusion_on=exclusion_on, decision_known_on=known_on)


def _known_on(case: Case, command: ClaimReimbursement) -> date | None:
    """When it became known that another agency owes these days: as stated, or as found here."""
    stated = command.decision_known_on
    if stated and stated > command.claimed_on:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "after claimed_on", "decision_known_on")
    found = [
        item.known_on
        for item in items(case)
        if item.known_on and item.from_on <= command.to_on and command.from_on <= item.to_on
    ]
    return max([*found, *([stated] if stated else [])], default=None)


def settle(case: Case, asked: Asked[SettleReimbursement], today: date) -> Fact:
    """How a claim ended.

    Raises:
        Refused: not its case, no such claim, or in the future.
    """
    command = asked.command
    _only_the_district(case, asked)
    if case.claims.get(command.claim_ref) != _CLAIMED:
        raise Refused(RefusalCode.NOT_FOUND, "no open claim", "claim_ref")
    if command.settled_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", "settled_on")
    return ReimbursementSettled(
        **command.model_dump(exclude={"case"}),
        norm=ReimbursementNorm(case.norms[command.claim_ref]),
    )


def _only_the_district(case: Case, asked: Asked[Any]) -> None:
    if case.person is None or case.person.agency is None:
        raise Refused(RefusalCode.NOT_FOUND, "no such case", "case")
    if asked.agency not in (case.person.agency, case.district):
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "only a district of the case", "case")


def noted(case: Case, fact: ReimbursementFact) -> Case:
    """The state after a fact about a claim."""
    status = _CLAIMED if isinstance(fact, ReimbursementClaimed) else _SETTLED
    if isinstance(fact, ReimbursementDeadlineNear):
        status = _warned_of(fact.exclusion_on)
    return replace(
        case,
        claims=case.claims | {fact.claim_ref: status},
        norms=case.norms | {fact.claim_ref: fact.norm.value},
    )
