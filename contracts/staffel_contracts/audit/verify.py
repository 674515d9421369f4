"""Verify a bundle, offline: who vouches for it, whether it is whole, and whether its rules hold."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import staffel_contracts.catalogue  # noqa: F401 - every fact is known
from staffel_contracts.audit.container import NotABundle
from staffel_contracts.audit.erasures import Erasures
from staffel_contracts.audit.findings import Code, Report
from staffel_contracts.audit.integrity import Log
from staffel_contracts.audit.invariants import Invariants
from staffel_contracts.audit.opening import Opener
from staffel_contracts.audit.person import CASEWORK
from staffel_contracts.audit.reading import Bundle, ReadLog
from staffel_contracts.tlog.checkpoint import Checkpoint, read_checkpoint, verified_checkpoint
from staffel_contracts.tlog.note import Malformed, Unsigned
from staffel_contracts.tlog.policy import BadPolicy, Policy, read_policy

_ZIP = b"PK"
Watch = Callable[[str, int, int], None]
"""Told of a service, of the size of its log, and how many more of its entries were looked at."""


class Unusable(Exception):
    """What the auditor handed over beside the bundle cannot be used; says what and why."""


def verify_bundle(
    path: Path,
    *,
    trust: bytes | None = None,
    since: Iterable[Path] = (),
    quick: bool = False,
    watch: Watch | None = None,
) -> Report:
    """Verify a bundle.

    ``trust`` is the auditor's own policy (C2SP tlog-policy); without it the bundle's is used, for
    which nobody vouches. ``since`` are checkpoints or bundles that were seen before. ``quick``
    leaves it at signatures, trees, indexes and data hashes. ``watch`` is told of progress.

    Raises:
        NotABundle: no bundle, or a damaged or dangerous one.
        Unusable: the policy is none, or what was seen before cannot be read or is not signed.
        OSError: a file cannot be read.
    """
    with Bundle(path) as bundle:
        report = Report(bundle.kind, bundle.selection, "bundle" if trust is None else "given")
        report.depth = "quick" if quick else "full"
        policy = _policy(bundle, trust)
        _Verification(bundle, policy, _earlier(since, policy), report).run(watch, quick=quick)
        return report


class _Verification:
    def __init__(
        self, bundle: Bundle, policy: Policy, earlier: dict[str, list[Checkpoint]], report: Report
    ) -> None:
        self.bundle, self.policy, self.earlier, self.report = bundle, policy, earlier, report

    def run(self, watch: Watch | None, *, quick: bool) -> None:
        logs = self.bundle.logs
        keys = {} if quick else self.bundle.keys()
        whole = self.bundle.kind == "whole"
        invariants = Invariants(self.report, whole=whole)
        told = whole and CASEWORK in {log.service for log in logs}
        erasures = Erasures(self.report, told=told)
        for read in logs:
            log = self._log(read)
            if watch:
                log.watch = partial(watch, read.service, read.size)
            if quick:
                log.check()
                continue
            opener = Opener(read.service, keys, log.seen, self.report)
            for parts in log.entries():
                entry = opener.read(parts)
                if entry:
                    invariants.see(read.service, entry)
                    erasures.see(read.service, parts, entry)
        invariants.end()
        erasures.end()
        self._all_there({log.origin for log in logs})

    def _log(self, read: ReadLog) -> Log:
        checkpoint, cosigned = self._checkpoint(read)
        earlier = self.earlier.get(read.origin, [])
        for seen in earlier:
            if seen.size > checkpoint.size:
                rule = f"{seen.size} entries were seen before, now there are {checkpoint.size}"
                self.report.add(Code.HISTORY, read.service, None, rule)
        earlier = [seen for seen in earlier if seen.size <= checkpoint.size]
        log = Log(read, checkpoint, earlier, self.report)
        log.seen.cosigned = cosigned
        self.report.logs.append(log.seen)
        return log

    def _checkpoint(self, read: ReadLog) -> tuple[Checkpoint, list[dict[str, object]]]:
        """The log's checkpoint and who cosigned it; findings if it is not to be trusted."""
        data = read.checkpoint()
        try:
            signed = read_checkpoint(data)
        except Malformed as error:
            raise NotABundle(f"log {read.service}: {error}") from None
        if (signed.checkpoint.origin, signed.checkpoint.size) != (read.origin, read.size):
            raise NotABundle(f"log {read.service}: manifest and checkpoint disagree")
        try:
            verified_checkpoint(data, self.policy.logs)
        except Unsigned as error:
            self.report.add(Code.CHECKPOINT, read.service, None, str(error))
            return signed.checkpoint, []
        try:
            cosigned = self.policy.cosigned(signed)
        except Unsigned as error:
            self.report.add(Code.QUORUM, read.service, None, str(error))
            return signed.checkpoint, []
        return signed.checkpoint, [{"witness": c.key.name, "at": c.at} for c in cosigned]

    def _all_there(self, origins: set[str]) -> None:
        """A whole bundle leaves out no log that was seen before."""
        missing = self.earlier.keys() - origins if self.bundle.kind == "whole" else set()
        for origin in sorted(missing):
            self.report.add(Code.HISTORY, origin.rpartition("/")[2], None, "the log is missing")


def _policy(bundle: Bundle, trust: bytes | None) -> Policy:
    if trust is not None:
        try:
            return read_policy(trust)
        except BadPolicy as error:
            raise Unusable(f"the policy: {error}") from None
    try:
        return read_policy(bundle.policy())
    except BadPolicy as error:
        raise NotABundle(f"policy: {error}") from None


def _earlier(since: Iterable[Path], policy: Policy) -> dict[str, list[Checkpoint]]:
    """The checkpoints seen before, by the log's origin; each signed by its log."""
    found: dict[str, list[Checkpoint]] = {}
    for path in since:
        for data in checkpoints_in(path):
            try:
                checkpoint = _seen(data, policy)
            except (Malformed, Unsigned) as error:
                raise Unusable(f"{path}: {error}") from None
            found.setdefault(checkpoint.origin, []).append(checkpoint)
    return found


def _seen(data: bytes, policy: Policy) -> Checkpoint:
    """A checkpoint seen before; whoever has a key that leaked could have made it since.

    Raises:
        Malformed: no checkpoint.
        Unsigned: no key that the policy names signed it.
    """
    signed, named = read_checkpoint(data), {key.key_id for key in policy.logs}
    if not any(signature.key_id in named for signature in signed.note.signatures):
        raise Unsigned(
            f"of log {signed.checkpoint.origin}: no key that the policy names signed it; where its "
            "key was struck, compare once under a policy that names it (docs/audit.md)"
        )
    return verified_checkpoint(data, policy.logs).checkpoint


def checkpoints_in(path: Path) -> list[bytes]:
    """The checkpoints that somebody kept: a file with one, or those of a bundle; nothing verified.

    Raises:
        Unusable: a damaged bundle. OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(len(_ZIP))
    if data != _ZIP:
        return [path.read_bytes()]
    try:
        with Bundle(path) as bundle:
            return [log.checkpoint() for log in bundle.logs]
    except NotABundle as error:
        raise Unusable(f"{path}: {error}") from None
