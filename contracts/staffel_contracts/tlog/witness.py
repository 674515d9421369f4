"""A witness (C2SP tlog-witness): cosigns what only grew since it last looked, and forgets nothing.

Its folder holds its key, the logs that it knows (as a C2SP tlog-policy) and, for each log, the
checkpoint that it cosigned last, or that it never cosigned any. That state must never be set back:
a witness whose folder was lost or restored from a backup is given a new key instead.
"""

import fcntl
import os
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from staffel_contracts.files import whole
from staffel_contracts.tlog.checkpoint import SignedCheckpoint, read_checkpoint
from staffel_contracts.tlog.cosignature import cosign
from staffel_contracts.tlog.keys import Kind, SigningKey, VerifierKey, new_key, read_skey
from staffel_contracts.tlog.note import Malformed, Note, Unsigned, verified
from staffel_contracts.tlog.policy import BadPolicy, read_policy
from staffel_contracts.tlog.spelling import a_hash, number
from staffel_contracts.tlog.tree import EMPTY_ROOT, Unproven, verify_consistency

MAX_PROOF = 63
"""A proof has no more hashes (C2SP tlog-witness)."""
_KEY, _POLICY, _LOCK, _LOGS = "key", "policy", "lock", "logs"
_TEXT = "text/plain; charset=utf-8"
_SIZE = "text/x.tlog.size"
_NEVER = b"size 0\n"
"""The state of a log of which nothing was cosigned yet; a missing file is a state that was lost."""


class Unusable(Exception):
    """A witness's folder cannot be used; says what is wrong with it."""


class Answer(NamedTuple):
    """An answer over HTTP."""

    status: HTTPStatus
    body: str
    content_type: str = _TEXT


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, rule: str) -> None:
        super().__init__(rule)
        self.answer = Answer(status, rule + "\n")


class _Asked(NamedTuple):
    """An ``add-checkpoint`` request: the size seen last, a proof, and the new checkpoint."""

    old: int
    proof: list[bytes]
    signed: SignedCheckpoint


def create_witness(folder: Path, name: str, logs: list[VerifierKey]) -> VerifierKey:
    """Make a witness's folder with a new key; gives its public half.

    Raises:
        Unusable: there is one already.
        BadKey: the name is none.
    """
    key = new_key(name, Kind.COSIGNATURE)
    if (folder / _KEY).exists():
        raise Unusable(f"{folder} has a key already")
    (folder / _LOGS).mkdir(parents=True, exist_ok=True)
    for log in logs:
        _store(_state_of(folder, log.name), _NEVER)
    policy = "".join(f"log {log.text()}\n" for log in logs) + "quorum none\n"
    _store(folder / _POLICY, policy.encode())
    _store(folder / _KEY, (key.text() + "\n").encode())
    return key.verifier


def add_log(folder: Path, log: VerifierKey) -> None:
    """Have a witness know one more log, or one more key of a log; it must not run meanwhile.

    Raises:
        Unusable: it is no witness's folder, another process has it open, the key is known already,
            or what was seen of the log is lost.
    """
    read_key(folder)
    lock = _locked(folder / _LOCK)
    try:
        path = folder / _POLICY
        known, state = _known_logs(path), _state_of(folder, log.name)
        if log in known.get(log.name, ()):
            raise Unusable(f"{path}: {log.text()} is there already")
        if log.name in known:
            _read_state(state, log.name)
        elif not state.exists():  # it is there if a crash came between these two steps
            _store(state, _NEVER)
        _store(path, f"log {log.text()}\n".encode() + path.read_bytes())
    finally:
        os.close(lock)


def read_key(folder: Path) -> SigningKey:
    """The witness's key.

    Raises:
        Unusable: there is none, or it is not a witness's.
    """
    try:
        key = read_skey((folder / _KEY).read_text())
    except (OSError, ValueError) as error:
        raise Unusable(f"{folder / _KEY}: {error}") from None
    if key.kind is not Kind.COSIGNATURE:
        raise Unusable(f"{folder / _KEY}: this is not a witness's key")
    return key


class Witness:
    """Answers for one folder; no second process may have it open."""

    def __init__(self, folder: Path, now: Callable[[], int]) -> None:
        """Open the folder; ``now`` gives seconds since 1970.

        Raises:
            Unusable: it is no witness's folder, another process has it open, or its state is
                damaged (a witness that does not know what it saw must not cosign).
        """
        self._folder, self._now, self._mutex = folder, now, Lock()
        self._key = read_key(folder)
        self._logs = _known_logs(folder / _POLICY)
        self._lock = _locked(folder / _LOCK)
        try:
            self._seen = {origin: _read_state(self._file(origin), origin) for origin in self._logs}
        except Unusable:
            self.close()
            raise

    def close(self) -> None:
        """Let the folder go."""
        os.close(self._lock)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Cosign what continues the checkpoint cosigned last; keep it before answering."""
        try:
            asked = _read_request(body)
            note = self._of_its_log(asked.signed)
            with self._mutex:  # looking at the size and keeping the new one are one step
                return self._cosigned(asked, note)
        except _Refused as refused:
            return refused.answer

    def latest(self, origin_hash: str) -> Answer:
        """The checkpoint cosigned last, by the hash of its origin in hexadecimal."""
        for origin, seen in self._seen.items():
            if seen and _hash(origin) == origin_hash:
                return Answer(HTTPStatus.OK, seen.encode().decode())
        return Answer(HTTPStatus.NOT_FOUND, "nothing of this log was cosigned\n")

    def _of_its_log(self, signed: SignedCheckpoint) -> Note:
        """The note with the signatures of its log alone."""
        keys = self._logs.get(signed.checkpoint.origin)
        if keys is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "this log is not known here")
        try:
            verified(signed.note, keys)
        except Unsigned as error:
            raise _Refused(HTTPStatus.FORBIDDEN, str(error)) from None
        own = [s for s in signed.note.signatures if any(s.is_of(key) for key in keys)]
        return Note(signed.note.text, tuple(own))

    def _cosigned(self, asked: _Asked, note: Note) -> Answer:
        new = asked.signed.checkpoint
        if asked.old > new.size:
            raise _Refused(HTTPStatus.BAD_REQUEST, "the old size is larger than the checkpoint's")
        seen = self._seen[new.origin]
        size = seen.checkpoint.size if seen else 0
        if asked.old != size:
            return Answer(HTTPStatus.CONFLICT, f"{size}\n", _SIZE)
        root = seen.checkpoint.root if seen else EMPTY_ROOT
        if new.size == 0 and new.root != EMPTY_ROOT:
            rule = "an empty tree has the root of nothing"
            raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, rule)
        if new.size == size and new.root != root:
            return Answer(HTTPStatus.CONFLICT, f"{size}\n", _SIZE)
        try:
            verify_consistency(size, root, new.size, new.root, asked.proof)
        except Unproven as error:
            raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        line = cosign(asked.signed, self._key, self._now())
        self._keep(SignedCheckpoint(new, note.also([line])))
        return Answer(HTTPStatus.OK, line.line())

    def _keep(self, signed: SignedCheckpoint) -> None:
        origin = signed.checkpoint.origin
        _store(self._file(origin), signed.encode())
        self._seen[origin] = signed

    def _file(self, origin: str) -> Path:
        return _state_of(self._folder, origin)


def _read_request(body: bytes) -> _Asked:
    head, blank, note = body.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not blank or not lines[0].startswith("old ") or len(lines) > 1 + MAX_PROOF:
        rule = f"old and a size, at most {MAX_PROOF} hashes, an empty line, a checkpoint"
        raise _Refused(HTTPStatus.BAD_REQUEST, f"a request is made of: {rule}")
    try:
        old, proof = number(lines[0].removeprefix("old ")), [a_hash(line) for line in lines[1:]]
        return _Asked(old, proof, read_checkpoint(note))
    except ValueError as error:
        raise _Refused(HTTPStatus.BAD_REQUEST, f"no request as it must be: {error}") from None


def _known_logs(path: Path) -> dict[str, list[VerifierKey]]:
    try:
        policy = read_policy(path.read_bytes())
    except (OSError, BadPolicy) as error:
        raise Unusable(f"{path}: {error}") from None
    logs: dict[str, list[VerifierKey]] = {}
    for key in policy.logs:
        logs.setdefault(key.name, []).append(key)
    return logs


def _state_of(folder: Path, origin: str) -> Path:
    return folder / _LOGS / _hash(origin)


def _read_state(path: Path, origin: str) -> SignedCheckpoint | None:
    """The checkpoint of this log that was cosigned last; ``None``: never any.

    Raises:
        Unusable: it is lost or damaged.
    """
    try:
        data = path.read_bytes()
        signed = None if data == _NEVER else read_checkpoint(data)
    except FileNotFoundError:
        rule = f"what was seen of {origin} is lost: this needs a new folder and a new key"
        raise Unusable(f"{path}: {rule}") from None
    except (OSError, Malformed) as error:
        raise Unusable(f"{path}: {error}") from None
    if signed and signed.checkpoint.origin != origin:
        raise Unusable(f"{path}: this is another log's")
    return signed


def _locked(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise Unusable(f"{path}: another witness runs on this folder") from None
    return handle


def _hash(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()


def _store(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole, also after a crash, or as it was before."""
    with whole(path, path.with_name(path.name + ".unfinished")) as file:
        file.write(data)
