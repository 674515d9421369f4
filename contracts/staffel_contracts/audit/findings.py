"""What a verification finds, as people and machines read it."""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

MOST_KEPT = 1000
"""So many findings are told one by one; all are counted."""
UNUSABLE = 2
"""Exit code: there is no bundle to verify, or the command was used wrongly."""


class Code(Enum):
    """What is wrong, the gravest first; each with the exit code it gives and its meaning."""

    CHECKPOINT = "checkpoint", 10, "the log did not sign this checkpoint"
    QUORUM = "quorum", 11, "a cosignature is wrong, or too few witnesses cosigned"
    HISTORY = "history", 12, "the log does not continue what was seen of it before"
    ROOT = "root", 13, "the entries are not those that the checkpoint vouches for"
    INDEX = "index", 14, "an entry is missing, twice, out of order, or of another log"
    LEAF = "leaf", 15, "an entry is not written in the form that it must have"
    DATA = "data", 16, "the data is not the data that the leaf commits to, or is missing"
    KEY = "key", 17, "a key is not the one that the leaf commits to"
    SCHEMA = "schema", 18, "a fact breaks its schema"
    INVARIANT = "invariant", 19, "the entries break a rule that must always hold"

    def __init__(self, word: str, exit_code: int, meaning: str) -> None:
        self.word = word
        self.exit_code = exit_code
        self.meaning = meaning


class Finding(NamedTuple):
    """What is wrong, in which log, at which entry if it is one, and which rule it breaks."""

    code: Code
    log: str
    index: int | None  # type: ignore[assignment] # tuples have a method of this name
    rule: str

    def as_json(self) -> dict[str, Any]:
        """The finding for machines."""
        return {"code": self.code.word, "log": self.log, "index": self.index, "rule": self.rule}


@dataclass
class Seen:
    """What was looked at in one log."""

    service: str
    origin: str
    size: int
    entries: int = 0
    erased: int = 0
    sealed: int = 0
    """Entries whose data is there and sealed."""
    opened: int = 0
    """Sealed entries that a key in the bundle opened."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Entries by type, where this version of the contracts does not know the type."""
    cosigned: list[dict[str, Any]] = field(default_factory=list)
    since: int | None = None
    """From which earlier size on it was shown to have only grown."""

    def as_json(self) -> dict[str, Any]:
        """The log for machines."""
        return vars(self) | {"unknown": dict(self.unknown)}


@dataclass
class Report:
    """Everything that a verification found and looked at. No personal data."""

    kind: str = ""
    selection: dict[str, str] = field(default_factory=dict)
    trust: str = ""
    """Whose policy was used: the auditor's own (``given``) or the bundle's (``bundle``)."""
    depth: str = "full"
    logs: list[Seen] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[Code] = field(default_factory=Counter)
    blind: int = 0
    """Cases of which something is erased or sealed, so that their rules were not checked."""

    def add(self, code: Code, log: str, index: int | None, rule: str) -> None:
        """Note a finding; after the first thousand they are only counted."""
        self.counts[code] += 1
        if len(self.findings) < MOST_KEPT:
            self.findings.append(Finding(code, log, index, rule))

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.counts

    @property
    def exit_code(self) -> int:
        """0, or the exit code of the gravest finding."""
        return min((code.exit_code for code in self.counts), default=0)

    def as_json(self) -> dict[str, Any]:
        """The report for machines."""
        return {
            "holds": self.holds,
            "kind": self.kind,
            "selection": self.selection,
            "trust": self.trust,
            "depth": self.depth,
            "logs": [log.as_json() for log in self.logs],
            "counts": {code.word: self.counts[code] for code in Code if self.counts[code]},
            "findings": [finding.as_json() for finding in self.findings],
            "blind_cases": self.blind,
        }
