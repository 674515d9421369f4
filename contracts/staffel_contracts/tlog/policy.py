"""Trust policies (C2SP tlog-policy): which logs, which witnesses, and how many of them."""

from collections.abc import Sequence
from typing import NamedTuple

from staffel_contracts.tlog.checkpoint import SignedCheckpoint, verified_checkpoint
from staffel_contracts.tlog.cosignature import Cosignature, cosignatures
from staffel_contracts.tlog.keys import BadKey, Kind, VerifierKey, read_vkey
from staffel_contracts.tlog.note import Unsigned
from staffel_contracts.tlog.spelling import number

NONE = "none"
MAX_BYTES = 1_000_000


class BadPolicy(ValueError):
    """A text is no policy; says which rule it breaks and in which line."""


class Witness(NamedTuple):
    """A witness: its key, and where it is asked, if that is told."""

    key: VerifierKey
    url: str | None


class Group(NamedTuple):
    """So many of these witnesses and groups."""

    needed: int
    members: tuple[str, ...]


class Judgement(NamedTuple):
    """A checkpoint that the policy accepts, and who cosigned it."""

    signed: SignedCheckpoint
    cosigned: list[Cosignature]


class Policy(NamedTuple):
    """What is trusted. Names of witnesses and groups mean something in this policy only."""

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, Witness]
    groups: dict[str, Group]
    quorum: str

    def judge(self, checkpoint: bytes) -> Judgement:
        """Verify a checkpoint: its log's signature, all cosignatures, and the quorum.

        Raises:
            Malformed: no checkpoint.
            Unsigned: a signature is wrong, the log is unknown, or too few witnesses cosigned.
        """
        signed = verified_checkpoint(checkpoint, self.logs)
        return Judgement(signed, self.cosigned(signed))

    def cosigned(self, signed: SignedCheckpoint) -> list[Cosignature]:
        """The witnesses that cosigned a checkpoint whose log is known to have signed it.

        Raises:
            Unsigned: a cosignature is wrong, or the quorum is not reached.
        """
        found = cosignatures(signed.note, [w.key for w in self.witnesses.values()])
        if not self.satisfied(found):
            names = ", ".join(c.key.name for c in found) or "nobody"
            raise Unsigned(f"the quorum {_shown(self.quorum)} is not reached: cosigned by {names}")
        return found

    def satisfied(self, cosigned: Sequence[Cosignature]) -> bool:
        """Whether these cosignatures reach the quorum."""
        keys = {c.key for c in cosigned}
        witnessed = {NONE} | {name for name, w in self.witnesses.items() if w.key in keys}
        for name, group in self.groups.items():  # members stand before their groups
            if sum(member in witnessed for member in group.members) >= group.needed:
                witnessed.add(name)
        return self.quorum in witnessed


def read_policy(data: bytes) -> Policy:
    """Read a policy.

    Raises:
        BadPolicy: no policy.
    """
    if len(data) > MAX_BYTES:
        raise BadPolicy(f"a policy has at most {MAX_BYTES} bytes, this one has {len(data)}")
    # Octets above 0x7F mean nothing here and are kept as they are.
    text = data.decode("utf-8", "surrogateescape")
    reading = _Reading()
    for at, line in enumerate(text.split("\n"), 1):
        if any((c < " " and c != "\t") or c == "\x7f" for c in line):
            raise BadPolicy(f"line {at}: a policy has no control characters")
        reading.line(at, line.replace("\t", " ").strip(" "))
    if text and not text.endswith("\n"):
        raise BadPolicy("the last line must end in a newline")
    return reading.policy()


class _Reading:
    def __init__(self) -> None:
        self.at = 0
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self.grouped: set[str] = set()

    def line(self, at: int, line: str) -> None:
        self.at = at
        words = [word for word in line.split(" ") if word]
        if not words or line.startswith("#"):
            return
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self._log(vkey)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._witness(name, vkey, url[0] if url else None)
            case ["group", name, needed, *members] if members:
                self._group(name, needed, members)
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise self._bad("a line is log, witness, group or quorum with its parts")

    def policy(self) -> Policy:
        if self.quorum is None:
            raise BadPolicy("a policy needs one line that begins with quorum")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorum)

    def _log(self, vkey: str) -> None:
        key = self._key(vkey, Kind.NOTE)
        if any(key.public == log.public for log in self.logs):
            raise self._bad("this log's key was named before")
        self.logs.append(key)

    def _witness(self, name: str, vkey: str, url: str | None) -> None:
        self._new(name)
        key = self._key(vkey, Kind.COSIGNATURE)
        if any(key.public == witness.key.public for witness in self.witnesses.values()):
            raise self._bad("this witness's key was named before")
        self.witnesses[name] = Witness(key, url)

    def _group(self, name: str, needed: str, members: list[str]) -> None:
        self._new(name)
        for member in members:
            if not self._known(member):
                raise self._bad(f"{member} is not defined above")
            if member in self.grouped:
                raise self._bad(f"{member} is in a group already")
            self.grouped.add(member)
        self.groups[name] = Group(self._needed(needed, len(members)), tuple(members))

    def _needed(self, word: str, members: int) -> int:
        if word in {"all", "any"}:
            return members if word == "all" else 1
        try:
            needed = number(word)
        except ValueError:
            needed = 0
        if not 1 <= needed <= members:
            raise self._bad(f"a group of {members} needs all, any or 1 to {members} of them")
        return needed

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise self._bad("there is a quorum already")
        if name != NONE and not self._known(name):
            raise self._bad(f"{name} is not defined above")
        self.quorum = name

    def _new(self, name: str) -> None:
        if name == NONE or self._known(name):
            raise self._bad(f"the name {name} is taken")

    def _known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _key(self, vkey: str, kind: Kind) -> VerifierKey:
        try:
            key = read_vkey(vkey)
        except BadKey as error:
            raise self._bad(str(error)) from None
        if key.kind is not kind:
            raise self._bad(f"a key of kind 0x{kind:02x} is expected here")
        return key

    def _bad(self, rule: str) -> BadPolicy:
        return BadPolicy(f"line {self.at}: {_shown(rule)}")


def _shown(text: str) -> str:
    """The text with octets that are no UTF-8 made visible."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
