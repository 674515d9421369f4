"""The agencies that may ask: who they are, of which kind, and how they prove it over HTTP."""

import hmac
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from services.chassis.validation import MailAddress, rules_broken
from staffel_contracts.codes import AgencyKind, DeliveryChannel
from staffel_contracts.command import TAKES_OVER
from staffel_contracts.fact import District, Ref
from staffel_contracts.ladder import Ladder


class Agency(BaseModel):
    """One agency; ``token_hash`` is the SHA-256 of its HTTP bearer token, in hexadecimal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Ref
    kind: AgencyKind
    district: District
    name: str = Field(min_length=1, max_length=200)
    form: Literal["joint", "municipal"] | None = None
    """How it is organised: together with the federation (§ 44b SGB II), or by itself (§ 6a)."""
    areas: tuple[District, ...] = ()
    """The official keys that it is competent for; its own ``district`` without any."""
    channels: tuple[DeliveryChannel, ...] = (DeliveryChannel.FEED,)
    """How it is reached, the best way first."""
    valid_from: date | None = None
    valid_to: date | None = None
    """The last day on which it is competent."""
    ladder: Ladder | None = None
    """The periods agreed with it, where they are not the usual ones."""
    email: MailAddress | None = None
    token_hash: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    former_token_hash: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    """Of the token before this one, which is still taken until ``former_token_until``."""
    former_token_until: AwareDatetime | None = None

    def has_token(self, digest: str, at: datetime) -> bool:
        """Whether a token with this SHA-256 is the agency's at a moment."""
        hashes = [self.token_hash]
        if self.former_token_until and at < self.former_token_until:
            hashes.append(self.former_token_hash)
        return any([hmac.compare_digest(one, digest) for one in hashes if one])  # noqa: C419 - all are compared, so that time tells nothing

    def serves(self, area: str, on: date) -> bool:
        """Whether it is competent for an area on a day."""
        begun = self.valid_from is None or self.valid_from <= on
        over = self.valid_to is not None and self.valid_to < on
        return begun and not over and area in (self.areas or (self.district,))


class UnreadableDirectory(Exception):
    """The directory of agencies breaks a rule; says where."""


def hash_of(token: str) -> str:
    """What of a bearer token stands in the directory."""
    return sha256(token.encode()).hexdigest()


class Agencies:
    """The directory of agencies."""

    def __init__(self, agencies: list[Agency]) -> None:
        """Take the agencies; ids must be unique.

        Raises:
            UnreadableDirectory: an id stands twice.
        """
        self.after_change: list[Callable[[], None]] = []
        self.look_again: Callable[[], bool] = lambda: False
        """Takes over what the file says, if that has changed since; set by whoever follows it, and
        called in the thread of those who ask."""
        self._by_id = {agency.id: agency for agency in agencies}
        if len(self._by_id) != len(agencies):
            msg = "directory of agencies: an id stands twice"
            raise UnreadableDirectory(msg)
        self._serving: dict[tuple[str, str], list[Agency]] = defaultdict(list)
        for agency in agencies:
            for area in agency.areas or (agency.district,):
                self._serving[agency.kind.value, area].append(agency)
        for (kind, area), serving in self._serving.items():
            _check_one_at_a_time(kind, area, serving)

    @classmethod
    def load(cls, path: Path) -> "Agencies":
        """Read the directory from a JSON file: a list of agencies.

        Raises:
            UnreadableDirectory: the file is missing or an agency breaks a rule.
        """
        try:
            return cls(TypeAdapter(list[Agency]).validate_json(path.read_bytes()))
        except OSError as error:
            msg = f"directory of agencies: {path} cannot be read"
            raise UnreadableDirectory(msg) from error
        except ValidationError as error:
            msg = f"directory of agencies: {path}: {rules_broken(error)}"
            raise UnreadableDirectory(msg) from None

    def __iter__(self):  # type: ignore[no-untyped-def] # noqa: ANN204
        """All agencies."""
        return iter(self._by_id.values())

    def competent(self, kind: str, area: str, on: date) -> str | None:
        """The id of the agency of a kind for an area on a day; at most one there is."""
        serving = self._serving.get((kind, area), ())
        return next((agency.id for agency in serving if agency.serves(area, on)), None)

    def periods(self, agency: str) -> dict[str, Any] | None:
        """The periods agreed with an agency, where they are not the usual ones."""
        known = self._by_id.get(agency)
        return known.ladder.model_dump(mode="json") if known and known.ladder else None

    def get(self, agency_id: str) -> Agency | None:
        """The agency with this id."""
        return self._by_id.get(agency_id)

    def asking(self, agency_id: str) -> Agency | None:
        """The agency with this id, though it was let in just now."""
        return self._found(lambda: self.get(agency_id))

    def by_token(self, token: str) -> Agency | None:
        """The agency that a bearer token belongs to, though it was given out just now."""
        digest = hash_of(token)
        return self._found(lambda: self._holding(digest))

    def _holding(self, digest: str) -> Agency | None:
        found, now = None, datetime.now(UTC)
        for agency in self:
            if agency.has_token(digest, now):
                found = agency
        return found

    def _found(self, find: Callable[[], Agency | None]) -> Agency | None:
        """What is found; where nothing is, after another look at the file."""
        return find() or (find() if self.look_again() else None)

    def adopt(self, other: "Agencies") -> None:
        """Take over another directory's agencies, in place of one's own, and tell who follows."""
        self._by_id, self._serving = other._by_id, other._serving  # noqa: SLF001 - one of us
        for after in self.after_change:
            after()


def _check_one_at_a_time(kind: str, area: str, serving: list[Agency]) -> None:
    if kind not in {one.value for one in TAKES_OVER}:
        return
    ordered = sorted(serving, key=lambda agency: agency.valid_from or date.min)
    for one, other in pairwise(ordered):
        if one.valid_to is None or (other.valid_from or date.min) <= one.valid_to:
            msg = f"directory of agencies: {one.id} and {other.id} are both competent for {area}"
            raise UnreadableDirectory(msg)
