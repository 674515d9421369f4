"""The agencies that may ask: who they are, of which kind, and how they prove it over HTTP."""

import hmac
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from services.chassis.opening import rules_broken
from staffel_contracts.codes import AgencyKind
from staffel_contracts.fact import District, Ref


class Agency(BaseModel):
    """One agency; ``token_hash`` is the SHA-256 of its HTTP bearer token, in hexadecimal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Ref
    kind: AgencyKind
    district: District
    name: str = Field(min_length=1, max_length=200)
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")
    token_hash: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class UnreadableDirectory(Exception):
    """The directory of agencies breaks a rule; says where."""


class Agencies:
    """The directory of agencies."""

    def __init__(self, agencies: list[Agency]) -> None:
        """Take the agencies; ids must be unique.

        Raises:
            UnreadableDirectory: an id stands twice.
        """
        self._by_id = {agency.id: agency for agency in agencies}
        if len(self._by_id) != len(agencies):
            msg = "directory of agencies: an id stands twice"
            raise UnreadableDirectory(msg)

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

    def get(self, agency_id: str) -> Agency | None:
        """The agency with this id."""
        return self._by_id.get(agency_id)

    def by_token(self, token: str) -> Agency | None:
        """The agency that a bearer token belongs to."""
        digest = sha256(token.encode()).hexdigest()
        found = None
        for agency in self:
            if agency.token_hash and hmac.compare_digest(agency.token_hash, digest):
                found = agency
        return found
