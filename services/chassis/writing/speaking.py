"""Say facts: make them log entries, sealed under the keys of the persons they are about."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from services.chassis.decider import About
from services.chassis.keys.keyring import Keyring, PersonKey
from services.chassis.store.log import Stored, iso
from staffel_contracts.envelope import Leaf, data_hash, leaf_bytes
from staffel_contracts.fact import Fact
from staffel_contracts.sealing import bound, seal


class Said(NamedTuple):
    """A fact that was decided: its index, what it is about, who caused it and by what."""

    index: int  # type: ignore[assignment] # tuples have a method of this name
    fact: Fact
    about: About
    actor: str
    role: str
    cause: str


def said_again(newest: Said, service: str) -> Iterator[Said]:
    """The same fact in each older version that is still said, caused by the newest."""
    fact, index = newest.fact.older(), newest.index + 1
    while fact is not None:
        yield newest._replace(index=index, fact=fact, cause=f"{service}/{newest.index}")
        fact, index = fact.older(), index + 1


class Voice(NamedTuple):
    """Whose log it is: the service's name and the origin that the log is known by."""

    service: str
    origin: str

    @property
    def source(self) -> str:
        """The log's origin, as its entries and checkpoints name it."""
        return f"{self.origin}/{self.service}"


def to_entries(said: Sequence[Said], at: datetime, voice: Voice, keyring: Keyring) -> list[Stored]:
    """The entries of one batch, with one look into the keyring."""
    keys = keyring.keys_of(s.about.person for s in said if s.about.person)
    time = iso(at)
    return [_entry(s, time, voice, keys) for s in said]


def _entry(said: Said, time: str, voice: Voice, keys: dict[str, PersonKey]) -> Stored:
    fact, about = said.fact, said.about
    entry_id = f"{voice.service}/{said.index}"
    data = fact.__pydantic_serializer__.to_json(fact, exclude_none=True)
    key_id = commitment = None
    if about.person:
        key_id, key, _ = keys[about.person]
        associated = bound(entry_id, fact.TYPE, about.case or "", key_id)
        data, commitment = seal(key, entry_id, data, associated)
    valid_on = fact.valid_on()
    leaf = Leaf(
        id=entry_id,
        source=voice.source,
        type=fact.TYPE,
        subject=about.case,
        time=time,
        validon=valid_on.isoformat() if valid_on else None,
        index=said.index,
        district=about.district,
        actor=said.actor,
        actorrole=said.role,
        cause=said.cause,
        basis=fact.BASIS,
        sealkey=key_id,
        keycommitment=commitment,
        datahash=data_hash(data),
    )
    return Stored(said.index, leaf_bytes(leaf), data)
