"""Open what is sealed and read what is said: key commitments and schemas."""

from typing import Any, NamedTuple

from pydantic import ValidationError

from staffel_contracts.audit.findings import Code, Report, Seen
from staffel_contracts.audit.lines import BadLine, Parts, attributes, entry_named
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.sealing import Unsealable, bound, unseal

_MOST_SHOWN = 5


class Read(NamedTuple):
    """An entry as far as it can be read: its attributes, and its fact in its newest version."""

    index: int  # type: ignore[assignment] # tuples have a method of this name
    leaf: dict[str, Any]
    fact: Fact | None

    @property
    def case(self) -> str | None:
        """The case that it is about."""
        subject: str | None = self.leaf.get("subject")
        return subject


class Opener:
    """Reads the entries of one log, and notes in the report what is wrong."""

    def __init__(self, service: str, keys: dict[str, bytes], seen: Seen, report: Report) -> None:
        """Take the persons' keys by id, and where to note what was seen and found."""
        self.service, self.keys, self.seen, self.report = service, keys, seen, report
        self._own, self._last_time = f"{service}/", ""

    def read(self, parts: Parts) -> Read | None:
        """The entry; ``None`` if its leaf is malformed."""
        try:
            leaf = attributes(parts.leaf)
        except BadLine as error:
            self._note(Code.LEAF, parts.index, str(error))
            return None
        if parts.data is not None and parts.sealed != ("sealkey" in leaf):
            self._note(Code.LEAF, parts.index, "data is sealed if and only if there is a sealkey")
            return None
        if b',"index":%d,' % parts.index not in parts.leaf:
            self._note(Code.INDEX, parts.index, "its index is not that of its id")
            return None
        self._order(parts.index, leaf)
        data = self._in_the_clear(parts, leaf)
        return Read(parts.index, leaf, None if data is None else self._fact(parts, leaf, data))

    def _order(self, index: int, leaf: dict[str, Any]) -> None:
        if leaf["time"] < self._last_time:
            self._note(Code.INVARIANT, index, "it was recorded before the entry that precedes it")
        self._last_time = leaf["time"]
        if leaf["cause"].startswith(self._own) and not self._precedes(leaf["cause"], index):
            self._note(Code.INVARIANT, index, "its cause does not precede it")

    @staticmethod
    def _precedes(cause: str, index: int) -> bool:
        named = entry_named(cause)
        return named is not None and named[1] < index

    def _in_the_clear(self, parts: Parts, leaf: dict[str, Any]) -> bytes | None:
        data, key_id = parts.data, leaf.get("sealkey")
        if data is None or key_id is None:
            return data
        key = self.keys.get(key_id)
        if key is None:
            return None
        associated = bound(leaf["id"], leaf["type"], leaf.get("subject") or "", key_id)
        try:
            clear = unseal(key, leaf["id"], data, associated, leaf["keycommitment"])
        except Unsealable:
            rule = "the key in the bundle is not the one that the leaf commits to"
            self._note(Code.KEY, parts.index, rule)
            return None
        self.seen.opened += 1
        return clear

    def _fact(self, parts: Parts, leaf: dict[str, Any], data: bytes) -> Fact | None:
        known = FACTS.get(leaf["type"])
        if known is None:
            self.seen.unknown[leaf["type"]] += 1
            return None
        try:
            return known.read(data).upcast()
        except ValidationError as error:
            self._note(Code.SCHEMA, parts.index, f"{leaf['type']}: {_rules(error)}")
            return None

    def _note(self, code: Code, index: int, rule: str) -> None:
        self.report.add(code, self.service, index, rule)


def _rules(error: ValidationError) -> str:
    """Which fields break which rules, without what they hold."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    rules = [f"{'.'.join(map(str, e['loc'])) or '(whole)'}: {e['type']}" for e in found]
    return "; ".join(rules[:_MOST_SHOWN])
