"""Money between agencies: what the district may claim back, and until when (§§ 102 ff. SGB X).

An item is opened when days turn out to be covered twice, or were bridged by the district. The
claim is excluded twelve months after the last day of the benefit (§ 111 S. 1 SGB X); nobody
forgets it, because the district is warned before.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from services.casework.state import Case
from services.chassis.decider import Asked, Refused
from services.chassis.legal_calendar import add_months, legal_date, start_of_day
from staffel_contracts.codes import BridgingInstrument, RefusalCode, ReimbursementNorm
from staffel_contracts.commands.casework import ClaimReimbursement, SettleReimbursement
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import (
    ReimbursementClaimed,
    ReimbursementDeadlineNear,
    ReimbursementSettled,
)

MONTHS_TO_EXCLUSION = 12
WARNED_DAYS_BEFORE = 60
_DUE = "reimbursement"
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

    @property
    def exclusion_on(self) -> date:
        """The last day on which the claim can be made (§ 111 S. 1 SGB X)."""
        return add_months(self.to_on, MONTHS_TO_EXCLUSION)

    @property
    def warned_on(self) -> date:
        """When somebody has to be reminded."""
        return self.exclusion_on - timedelta(days=WARNED_DAYS_BEFORE)


def items(case: Case) -> Iterator[Item]:
    """What may be claimed, as the bridge reported cover; claims made are not left out."""
    handoff = case.handoff
    for known in handoff.paid_twice if handoff else ():
        norm = _NORMS.get(known["instrument"], ReimbursementNorm.S104)
        first, last = date.fromisoformat(known["from_on"]), date.fromisoformat(known["to_on"])
        yield Item(f"r-{first.isoformat()}-{norm.value}", norm, first, last)


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
    return [item for item in items(case) if item.claim_ref not in case.claims]


def claim(case: Case, asked: Asked[ClaimReimbursement], today: date) -> Fact:
    """The district's claim.

    Raises:
        Refused: not its case, known already, implausible, or excluded by lapse of time.
    """
    command = asked.command
    _only_the_district(case, asked)
    if case.claims.get(command.claim_ref) in ("claimed", "settled"):
        raise Refused(RefusalCode.ILLEGAL_TRANSITION, "it was claimed", "claim_ref")
    if command.claimed_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "after today", "claimed_on")
    if command.to_on < command.from_on:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before from_on", "to_on")
    exclusion_on = add_months(command.to_on, MONTHS_TO_EXCLUSION)
    if command.claimed_on > exclusion_on:
        detail = "twelve months are over (§ 111 SGB X)"
        raise Refused(RefusalCode.CLAIM_EXCLUDED, detail, "claimed_on")
    return ReimbursementClaimed(**command.model_dump(exclude={"case"}), exclusion_on=exclusion_on)


def settle(case: Case, asked: Asked[SettleReimbursement], today: date) -> Fact:
    """How a claim ended.

    Raises:
        Refused: not its case, no such claim, or in the future.
    """
    command = asked.command
    _only_the_district(case, asked)
    if case.claims.get(command.claim_ref) != "claimed":
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
    if asked.agency != case.person.agency:
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "only the district of the case", "case")


def noted(case: Case, fact: Fact) -> Case:
    """The state after a fact about a claim."""
    status = {ReimbursementClaimed: "claimed", ReimbursementSettled: "settled"}
    known: Any = fact
    return replace(
        case,
        claims=case.claims | {known.claim_ref: status.get(type(fact), "warned")},
        norms=case.norms | {known.claim_ref: known.norm.value},
    )
