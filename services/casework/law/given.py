"""The facts of one person as a file gives them: documented, strict, refused where impossible."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from services.chassis.legal_calendar import Land
from staffel_contracts.codes import FinalityBasis, ProtectionKind, TitleCode
from staffel_contracts.fact import District, Ref

FIRST, LAST = date(2005, 1, 1), date(2099, 12, 31)
Day = Annotated[date, Field(ge=FIRST, le=LAST)]
"""A legal date, ISO 8601, from 2005 (the AufenthG) to 2099."""
_OF_OTHERS_TOO = frozenset(
    {
        "as_of",
        "application_filed_on",
        "applications",
        "commitment_from",
        "lease_signed_on",
        "rent_assured_on",
    }
)
"""Days that count for a child, though they may lie before its birth: the parents acted."""


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class GivenFinality(_Given):
    """Why and from when a decision can no longer be contested."""

    basis: FinalityBasis
    on: Day | None = None
    """Needed for ``waiver`` and ``court``; for the others the rules compute it without one."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.on is None and self.basis in (FinalityBasis.WAIVER, FinalityBasis.COURT):
            msg = f"on: the day is needed for {self.basis.value}"
            raise ValueError(msg)
        return self


class GivenTitle(_Given):
    """A residence title; both ends of its validity are included."""

    code: TitleCode
    issued_on: Day
    valid_from: Day
    valid_to: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _check_order(self, ("valid_from", "valid_to"), ("issued_on", "valid_to"))
        return self


class GivenProof(_Given):
    """What proves the right to stay until the title is made."""

    kind: Literal["s81-5", "s25-1-3"]
    issued_on: Day
    valid_to: Day | None = None
    biometrics_done: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _check_order(self, ("issued_on", "valid_to"))
        return self


class GivenReceipt(_Given):
    """An agency received the application."""

    agency: Ref
    received_on: Day


def _land(value: Any) -> Any:
    return value.removeprefix("DE-") if isinstance(value, str) else value


class GivenFacts(_Given):
    """Everything that dates can be computed from; only ``land`` is needed.

    Raises:
        pydantic.ValidationError: a field is unknown, of the wrong type, or contradicts another.
    """

    land: Annotated[Land, BeforeValidator(_land)]
    as_of: Day | None = None
    """The day for which guards are judged; today without it."""
    decision: ProtectionKind | None = None
    decided_on: Day | None = None
    served_on: Day | None = None
    special_period: bool = False
    contested: Literal["none", "partial", "full"] | None = None
    finality: GivenFinality | None = None
    finality_variant: Literal["whole-decision", "granted-part"] = "whole-decision"
    titles: tuple[GivenTitle, ...] = Field(default=(), max_length=50)
    interim_proofs: tuple[GivenProof, ...] = Field(default=(), max_length=50)
    birth_date: Annotated[date, Field(ge=date(1900, 1, 1), le=LAST)] | None = None
    application_filed_on: Day | None = None
    applications: tuple[GivenReceipt, ...] = Field(default=(), max_length=50)
    benefit_start_on: Day | None = None
    benefit_decided_on: Day | None = None
    benefit_is_provisional: bool = False
    entitlement_is_likely: bool | None = None
    provisional_until: Day | None = None
    last_benefit_day: Day | None = None
    benefit_decision_known_on: Day | None = None
    advance_requested_on: Day | None = None
    provisional_requested_on: Day | None = None
    objection_filed_on: Day | None = None
    need_known_on: Day | None = None
    residence_rule_area: District | None = None
    moved_in_on: Day | None = None
    distributed_on: Day | None = None
    has_other_housing: bool | None = None
    rent_assured_on: Day | None = None
    lease_signed_on: Day | None = None
    account_requested_on: Day | None = None
    cooperation_plan_on: Day | None = None
    course_admitted_on: Day | None = None
    course_obliged_on: Day | None = None
    course_registered_on: Day | None = None
    course_interrupted_on: Day | None = None
    course_ended_on: Day | None = None
    qualification_applied_on: Day | None = None
    qualification_papers_complete_on: Day | None = None
    commitment_from: Day | None = None
    retrieved_on: Day | None = None
    subject_requested_on: Day | None = None
    asylum_file_closed_on: Day | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        _check_order(self, ("decided_on", "served_on"))
        for place, day in _days("", self):
            if self.birth_date and day < self.birth_date:
                msg = f"{place}: before birth_date"
                raise ValueError(msg)
        final_on = self.finality.on if self.finality else None
        if final_on and self.served_on and final_on < self.served_on:
            msg = "finality.on: before served_on"
            raise ValueError(msg)
        if self.finality and self.contested and self.contested != _contest(self.finality.basis):
            msg = f"contested: contradicts finality.basis {self.finality.basis.value}"
            raise ValueError(msg)
        return self

    def by_name(self) -> dict[str, Any]:
        """The facts as rules name them; what is not known is left out."""
        known = {name: getattr(self, name) for name in type(self).model_fields}
        lists = {
            name: [item.model_dump() for item in known.pop(name)]
            for name in ("titles", "interim_proofs", "applications")
        }
        named = {name: value for name, value in known.items() if value is not None}
        named |= {name: items for name, items in lists.items() if items}
        return (
            named
            | self._contest_by_name()
            | {"decided_or_served_on": self.decided_on or self.served_on}
        )

    def _contest_by_name(self) -> dict[str, Any]:
        given = self.finality
        if given is None:
            return {"contest": self.contested or "none"}
        days = {
            FinalityBasis.WAIVER: "waiver_on",
            FinalityBasis.COURT: "court_final_on",
            FinalityBasis.NO_ACTION_FILED: "stated_final_on",
            FinalityBasis.PARTIAL: "partial_final_on",
        }
        named: dict[str, Any] = {"contest": _contest(given.basis)}
        if given.basis is FinalityBasis.PARTIAL:
            named["finality_variant"] = "granted-part"
        if given.on:
            named[days[given.basis]] = given.on
        return named


def _contest(basis: FinalityBasis) -> str:
    """How much of a decision was taken to court, if it became final on this basis."""
    return {FinalityBasis.COURT: "full", FinalityBasis.PARTIAL: "partial"}.get(basis, "none")


def _days(place: str, value: Any) -> Iterator[tuple[str, date]]:
    """Every date that is of the person alone, by its place."""
    if isinstance(value, date):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields.keys() - _OF_OTHERS_TOO:
            yield from _days(f"{place}.{name}".lstrip("."), getattr(value, name))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _days(f"{place}.{number}", item)


def _check_order(given: BaseModel, *pairs: tuple[str, str]) -> None:
    for first, last in pairs:
        before, after = getattr(given, first), getattr(given, last)
        if before and after and after < before:
            msg = f"{last}: before {first}"
            raise ValueError(msg)
