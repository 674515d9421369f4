"""What goes into a bundle for an auditor: from the archive, up to a checkpoint that was kept."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic_core import from_json

from services.audit.archive import Archive
from services.audit.lines import Damaged
from services.audit.log_archive import LogArchive
from services.chassis.store.log import iso
from staffel_contracts.audit.bundle import BundledKey, BundledLog, Contents
from staffel_contracts.facts.casework import SubjectErased
from staffel_contracts.tlog.checkpoint import Checkpoint, SignedCheckpoint, read_checkpoint
from staffel_contracts.tlog.note import Unsigned
from staffel_contracts.tlog.policy import read_policy
from staffel_contracts.tlog.tree import root_at

_STEP = 1000
_ERASURE = f'/{SubjectErased.SAYER}","type":"{SubjectErased.TYPE}"'.encode()
"""How such an entry goes on after its id: its source, and its type."""
KeysOf = Callable[[set[str]], Mapping[str, bytes]]
"""Gives the keys with these ids, as far as there are any left."""


class NothingSelected(Exception):
    """What was asked for is nothing: most likely another thing was meant."""


class NothingSigned(Exception):
    """What is to be exported is not under a checkpoint that was kept: nobody vouches for it yet."""


class NotContinued(Exception):
    """A checkpoint that the auditor holds is of no log here, or of another history of one."""


@dataclass(frozen=True)
class Selection:
    """Which entries: of one case, and recorded from a moment on and before another."""

    case: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def words(self) -> dict[str, str]:
        """As a bundle says it; empty if everything is selected."""
        named = {
            "case": self.case,
            "from": iso(self.since) if self.since else None,
            "to": iso(self.until) if self.until else None,
        }
        return {name: value for name, value in named.items() if value}


def contents(
    archive: Archive,
    policy: bytes,
    selection: Selection,
    *,
    earlier: Sequence[SignedCheckpoint] = (),
    keys_of: KeysOf | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Contents:
    """What a bundle of this selection holds; with persons' keys where ``keys_of`` gives them.

    ``earlier``: checkpoints that the auditor holds, from which consistency is to be proven.

    Raises:
        NothingSigned: a log has no checkpoint yet, or there is no log at all; or the logs are
            whole, and an erasure is not under casework's checkpoint: data would be missing for
            which the bundle has no reason.
        NothingSelected: the case has no entry, or the span ends before it begins.
        NotContinued: one of ``earlier`` is of another log, or the archive does not continue it.
    """
    logs = [_Part(archive.log(log), policy, selection) for log in archive.logs()]
    if not logs:
        raise NothingSigned(f"{archive.folder}: no log is archived yet")
    if selection.since and selection.until and selection.since >= selection.until:
        raise NothingSelected("the span ends before it begins")
    if selection.case and not any(True for log in logs for _ in log.lines()):
        raise NothingSelected(f"no entry of case {selection.case} is under a checkpoint")
    _refuse_others(logs, [one.checkpoint for one in earlier])
    if not selection.words():
        for log in logs:
            log.refuse_later_erasures()
    return Contents(
        logs=tuple(log.bundled(earlier) for log in logs),
        policy=policy,
        selection=selection.words(),
        keys=list(_keys(logs, keys_of)) if keys_of else (),
        files=files or {},
    )


def _refuse_others(logs: Iterable["_Part"], earlier: Iterable[Checkpoint]) -> None:
    known = {log.signed.checkpoint.origin: log for log in logs}
    for seen in earlier:
        if seen.origin not in known:
            raise NotContinued(f"no log {seen.origin} is archived here")
        known[seen.origin].refuse_another(seen)


class _Part:
    """One log on its way into a bundle."""

    def __init__(self, log: LogArchive, policy: bytes, selection: Selection) -> None:
        self.log, self.selection = log, selection
        self.signed = _newest(log, policy)
        self.size = self.signed.checkpoint.size
        self.first = self._index_at(selection.since) if selection.since else 0
        self.stop = self._index_at(selection.until) if selection.until else self.size
        self._subject = f'"subject":"{selection.case}"'.encode() if selection.case else None

    def bundled(self, earlier: Iterable[SignedCheckpoint]) -> BundledLog:
        origin = self.signed.checkpoint.origin
        sizes = {e.checkpoint.size for e in earlier if e.checkpoint.origin == origin}
        whole_span = self.selection.words() and not self.selection.case
        return BundledLog(
            checkpoint=self.signed.encode(),
            lines=self.lines,
            node=self.log.node,
            since=tuple(sorted(sizes)),
            span=(self.first, self.stop) if whole_span else None,
        )

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """The entries selected, with their indexes.

        Raises:
            Damaged: the archive has fewer entries than the checkpoint.
        """
        for start in range(self.first, self.stop, _STEP):
            wires = self.log.wires(start, min(_STEP, self.stop - start))
            if len(wires) < min(_STEP, self.stop - start):
                missing = f"{self.log.log}/{start + len(wires)}"
                raise Damaged(f"{self.log.folder}: {missing} is missing, under a checkpoint kept")
            for index, wire in enumerate(wires, start):
                if self._subject is None or self._subject in wire:
                    yield index, wire

    def refuse_another(self, seen: Checkpoint) -> None:
        """Raises NotContinued if the entries under the checkpoint do not begin with those seen."""
        if seen.size > self.size:
            raise NotContinued(
                f"{seen.size} entries of {seen.origin} were seen before, and only {self.size} are"
                " under a checkpoint kept"
            )
        if root_at(self.log.node, seen.size) != seen.root:
            raise NotContinued(f"the first {seen.size} of {seen.origin} are not those seen before")

    def refuse_later_erasures(self) -> None:
        """Raises NothingSigned if an erasure was archived, and the checkpoint is from before it."""
        for start in range(self.size, self.log.size(), _STEP):
            for index, wire in enumerate(self.log.wires(start, _STEP), start):
                if _ERASURE in wire:
                    raise NothingSigned(
                        f"an erasure ({self.log.log}/{index}) is not under a checkpoint with enough"
                        " cosignatures yet, and its data is gone already: export again later"
                    )

    def _index_at(self, moment: datetime) -> int:
        """The first index recorded at a moment or later: times of a log never go back."""
        return bisect_left(range(self.size), moment, key=self._time)

    def _time(self, index: int) -> datetime:
        (wire,) = self.log.wires(index, 1)
        return datetime.fromisoformat(from_json(wire)["time"])


def _newest(log: LogArchive, policy: bytes) -> SignedCheckpoint:
    """The newest checkpoint with a quorum; the newest of all where none has one."""
    trusted, newest, judged = read_policy(policy), None, None
    for kept in log.checkpoints():
        newest = read_checkpoint(kept.note)
        try:
            judged = trusted.judge(kept.note).signed
        except Unsigned:
            continue
    if newest is None:
        raise NothingSigned(f"no checkpoint of {log.log} is kept yet")
    return judged or newest


def _keys(logs: Iterable[_Part], keys_of: KeysOf) -> Iterator[BundledKey]:
    wanted = {
        str(key)
        for log in logs
        for _, wire in log.lines()
        if (key := from_json(wire).get("sealkey"))
    }
    for key_id, key in sorted(keys_of(wanted).items()):
        yield BundledKey(key_id, key)
