"""Sheet profiles as data: which field goes to which receiver, why, and with what consent."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from staffel_contracts.codes import AgencyKind, ConsentKind, ResponsibilityDomain, SheetField
from staffel_contracts.sheet import NEVER_LEAVES


class UnreadableProfile(ValueError):
    """A profile breaks a rule; says the file and the field."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ProfileField(_Strict):
    """A field: A leaves on a legal basis, A* is voluntary, B takes a consent, C never leaves."""

    code: SheetField
    kind: Literal["A", "A*", "B", "C"] = Field(alias="class")
    basis: str = Field(min_length=3)
    consent: ConsentKind | None = None
    mandatory: bool = False

    @model_validator(mode="after")
    def _consented(self) -> "ProfileField":
        if (self.kind == "B") is not (self.consent is not None):
            msg = "consent: exactly class B takes one"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _leaves(self) -> "ProfileField":
        if (self.kind == "C") is not (self.code in NEVER_LEAVES):
            msg = "class: what leaves to nobody is of class C, and nothing else is"
            raise ValueError(msg)
        return self


class Profile(_Strict):
    """What goes from one kind of agency to another; whatever it does not name is withheld."""

    profile_id: str
    retention: str
    fields: tuple[ProfileField, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> "Profile":
        codes = [field.code for field in self.fields]
        if len(codes) != len(set(codes)):
            msg = "fields: a code stands twice"
            raise ValueError(msg)
        return self

    @property
    def by_code(self) -> dict[SheetField, ProfileField]:
        """Every field that the profile speaks of."""
        return {field.code: field for field in self.fields}

    @property
    def codes(self) -> frozenset[SheetField]:
        """The fields that leave on a legal basis."""
        return frozenset(field.code for field in self.fields if field.kind in ("A", "A*"))

    @property
    def mandatory(self) -> frozenset[SheetField]:
        """The fields without which nothing leaves."""
        return frozenset(field.code for field in self.fields if field.mandatory)


def read_profile(name: str, data: bytes) -> Profile:
    """A profile from a file.

    Raises:
        UnreadableProfile: a field breaks a rule.
    """
    try:
        return Profile.model_validate(tomllib.loads(data.decode()))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UnreadableProfile(f"{name}: {place}: {first['msg']}") from None
    except ValueError as error:
        raise UnreadableProfile(f"{name}: {error}") from None


@cache
def profile_for(
    kind: AgencyKind, domain: ResponsibilityDomain = ResponsibilityDomain.BENEFITS
) -> Profile:
    """The shipped profile for a kind of receiver in a domain; a constant, read once."""
    sent = "district" if domain is ResponsibilityDomain.BENEFITS else domain.value
    name = f"{sent}-to-{kind.value}.toml"
    folder = files("services.casework").joinpath("profiles")
    return read_profile(name, folder.joinpath(name).read_bytes())
