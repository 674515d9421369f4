"""The facts from which the end of AsylbLG benefits follows, refused if they cannot be true."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.chassis.legal_calendar import LAST_YEAR, Land
from staffel_contracts.codes import ProtectionKind, TitleCode

KEPT_FROM = date(2005, 1, 1)
"""The day the AufenthG came into force; no earlier law is kept here."""

KEPT_UNTIL = date(LAST_YEAR - 1, 12, 31)
"""The last day that a fact may name; a title alone may run on."""


class ImplausibleFact(ValueError):
    """A fact contradicts another one, or the law of its time.

    ``field`` names the culprit, ``rule`` what it breaks; ``detail`` says it in words, no dates.
    """

    def __init__(self, field: str, rule: str, detail: str) -> None:
        """Refuse ``field`` because it breaks ``rule``."""
        super().__init__(f"{field}: {rule}: {detail}")
        self.field = field
        self.rule = rule
        self.detail = detail


class Contest(StrEnum):
    """How much of the decision was taken to court."""

    NONE = "none"
    PARTIAL = "partial"
    """Protection was granted, and action is brought for more of it (split decision)."""
    FULL = "full"


class FinalityVariant(StrEnum):
    """When a decision contested in part counts as final; agencies disagree, so it is a setting."""

    WHOLE_DECISION = "whole-decision"
    """With the court's decision on the rest."""
    GRANTED_PART = "granted-part"
    """With the end of the period for action, for the part that was granted."""


class ProofKind(StrEnum):
    """What proves the right to stay until the title is made."""

    INTERIM_CERTIFICATE = "s81-5"
    """Fiktionsbescheinigung, § 81 Abs. 5 AufenthG."""
    RECOGNITION_CERTIFICATE = "s25-1-3"
    """Certificate that the stay counts as allowed, § 25 Abs. 1 S. 3, Abs. 2 S. 2 AufenthG."""


@dataclass(frozen=True, slots=True)
class Title:
    """A residence title, valid from ``valid_from`` to ``valid_to``, both included."""

    code: TitleCode
    issued_on: date
    valid_from: date
    valid_to: date

    def __post_init__(self) -> None:
        _kept("title.issued_on", self.issued_on)
        _kept("title.valid_from", self.valid_from)
        if self.valid_to < self.valid_from:
            raise ImplausibleFact("title.valid_to", "ends-before-start", "valid to before from")
        if self.valid_to < self.issued_on:
            raise ImplausibleFact("title.valid_to", "ends-before-issue", "over when it was issued")


@dataclass(frozen=True, slots=True)
class InterimProof:
    """A proof of the right to stay until the title.

    ``biometrics_done`` is also true where none are provided for (§ 49 AufenthG).
    """

    kind: ProofKind
    issued_on: date
    biometrics_done: bool = False

    def __post_init__(self) -> None:
        _kept("proof.issued_on", self.issued_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one person; all dates are legal dates.

    Raises:
        ImplausibleFact: the facts cannot be true together.
    """

    land: Land
    """Where periods run: its holidays count."""
    protection_kind: ProtectionKind | None = None
    decided_on: date | None = None
    served_on: date | None = None
    special_period: bool = False
    """The period for action is one week instead of two (§ 74 Abs. 1 AsylG)."""
    contest: Contest = Contest.NONE
    waiver_on: date | None = None
    """Action was waived or withdrawn."""
    court_final_on: date | None = None
    """The court's decision became final; only of a contested decision."""
    titles: tuple[Title, ...] = ()
    proofs: tuple[InterimProof, ...] = ()
    finality_variant: FinalityVariant = FinalityVariant.WHOLE_DECISION

    def __post_init__(self) -> None:
        for name in ("decided_on", "served_on", "waiver_on", "court_final_on"):
            _kept(name, getattr(self, name))
        _in_order("served_on", self.served_on, self.decided_on, "served-before-decided")
        _in_order("waiver_on", self.waiver_on, self._known_since, "final-before-served")
        _in_order("court_final_on", self.court_final_on, self._known_since, "final-before-served")
        if self.court_final_on is not None and self.contest is Contest.NONE:
            raise ImplausibleFact("court_final_on", "court-without-action", "no action was brought")

    @property
    def _known_since(self) -> date | None:
        return self.served_on or self.decided_on


def _kept(name: str, day: date | None) -> None:
    if day is not None and not KEPT_FROM <= day <= KEPT_UNTIL:
        detail = f"not between {KEPT_FROM.year} and {KEPT_UNTIL.year}"
        raise ImplausibleFact(name, "outside-kept-law", detail)


def _in_order(name: str, day: date | None, earlier: date | None, rule: str) -> None:
    if day is not None and earlier is not None and day < earlier:
        raise ImplausibleFact(name, rule, "earlier than what it follows")
