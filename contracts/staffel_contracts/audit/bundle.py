"""Write a bundle: one self-contained file with logs, checkpoints and proofs, for an auditor.

A bundle is a zip file in which nothing is compressed, so that the same logs give the same bytes
everywhere and no bundle unpacks to more than it is. ``docs/audit.md`` tells the format.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from staffel_contracts.audit.members import (
    CHECKPOINT,
    CONSISTENCY,
    ENTRIES,
    FORMAT,
    HASHES,
    KEYS,
    MANIFEST,
    POLICY,
    PROOFS,
    README,
    in_log,
    is_allowed,
)
from staffel_contracts.files import whole
from staffel_contracts.tlog.checkpoint import Checkpoint, read_checkpoint
from staffel_contracts.tlog.spelling import to_base64
from staffel_contracts.tlog.tree import NodeReader, consistency_proof, inclusion_proof

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o100644 << 16
_ABOUT = """\
This is an audit bundle of Staffel. Nothing in it has to be believed:

    pip install 'staffel-contracts[audit]'
    staffel audit verify THIS_FILE --trust YOUR_POLICY

The policy in it is a proposal; yours says whose signatures count.
How to check it with a program of your own: docs/audit.md of Staffel.
"""


class NotWritable(ValueError):
    """What was handed over makes no bundle; says what is wrong with it."""


class BundledKey(NamedTuple):
    """The key of one person (32 bytes) and the id by which leaves name it."""

    key_id: str
    key: bytes


@dataclass(frozen=True)
class BundledLog:
    """What goes into the bundle of one log.

    ``checkpoint`` is the signed note with its cosignatures. ``lines`` is called once or twice and
    gives (index, wire line without newline) in the order of the index: *all* entries of the
    checkpoint's size, or, where the bundle has a selection, those selected; an entry whose data was
    erased gives its leaf alone. ``node`` reads the tree's stored hashes (``tiles.tile_nodes``).
    With it a whole log gets the hashes of its leaves, by which an altered entry is found by its
    number, a selection gets a proof for each entry, and ``since`` names earlier sizes from which
    consistency is to be proven. ``span`` (first index, index after the last) tells that the
    selection leaves nothing out in between.
    """

    checkpoint: bytes
    lines: Callable[[], Iterable[tuple[int, bytes]]]
    node: NodeReader | None = None
    since: tuple[int, ...] = ()
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class Contents:
    """What goes into a bundle.

    ``selection`` says in words of the export what was selected (``{"case": …, "from": …}``); empty
    where the logs are whole. ``policy`` is a C2SP tlog-policy that the auditor may start from.
    ``files`` are further files by name, in ``schemas/`` or ``rules/``.
    """

    logs: tuple[BundledLog, ...]
    policy: bytes
    selection: Mapping[str, str] = field(default_factory=dict)
    keys: Iterable[BundledKey] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


def write_bundle(path: Path, contents: Contents) -> None:
    """Write the bundle to ``path``, whole or not at all; memory does not grow with the logs.

    The same contents give the same bytes. Only the file's owner may read it, as person keys are
    secrets: without them every proof holds as well, and only the schemas and the invariants of
    sealed entries cannot be checked.

    Raises:
        NotWritable: a checkpoint is none, an index is missing, twice or out of order, two logs are
            of one service, a line has a newline in it, or a file's name is not allowed.
        OSError: it cannot be written; names ``path``.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    with whole(path, unfinished) as file, ZipFile(file, "w", ZIP_STORED) as archive:
        _write(archive, contents)


def installed_schemas() -> dict[str, bytes]:
    """The writer schemas of all facts that are installed, as files of a bundle."""
    from staffel_contracts.catalogue import facts  # noqa: PLC0415 - imports every class
    from staffel_contracts.schemas import writer_schema  # noqa: PLC0415

    return {f"schemas/{fact.TYPE}.json": _json(writer_schema(fact)) for fact in facts()}


def _write(archive: ZipFile, contents: Contents) -> None:
    logs = sorted(map(_Log, contents.logs), key=lambda log: log.service)
    if len({log.service for log in logs}) != len(logs) or not logs:
        raise NotWritable("a bundle has one log or more, each of another service")
    _put(archive, MANIFEST, _json(_manifest(logs, contents)))
    _put(archive, README, _ABOUT.encode())
    _put(archive, POLICY, contents.policy)
    for log in logs:
        log.write(archive, selected=bool(contents.selection))
    _put_lines(archive, KEYS, (_key_line(key) for key in contents.keys))
    for name in sorted(contents.files):
        if not is_allowed(name) or not name.startswith(("schemas/", "rules/")):
            raise NotWritable(f"a file of a bundle cannot be called {name!r}")
        _put(archive, name, contents.files[name])


def _manifest(logs: list["_Log"], contents: Contents) -> dict[str, object]:
    return {
        "format": FORMAT,
        "kind": "part" if contents.selection else "whole",
        "logs": [log.described() for log in logs],
        "selection": dict(contents.selection),
    }


class _Log:
    """One log on its way into a bundle."""

    def __init__(self, given: BundledLog) -> None:
        self.given = given
        try:
            self.checkpoint: Checkpoint = read_checkpoint(given.checkpoint).checkpoint
        except ValueError as error:
            raise NotWritable(f"a checkpoint cannot be read: {error}") from error
        self.service = self.checkpoint.origin.rpartition("/")[2]
        if not is_allowed(in_log(self.service, CHECKPOINT)):
            raise NotWritable(f"origin {self.checkpoint.origin}: it must end in a service's name")

    def described(self) -> dict[str, object]:
        found: dict[str, object] = {
            "service": self.service,
            "origin": self.checkpoint.origin,
            "size": self.checkpoint.size,
        }
        return found | ({"span": list(self.given.span)} if self.given.span else {})

    def write(self, archive: ZipFile, *, selected: bool) -> None:
        _put(archive, in_log(self.service, CHECKPOINT), self.given.checkpoint)
        lines = self._selected() if selected else self._whole()
        _put_lines(archive, in_log(self.service, ENTRIES), lines)
        if selected:
            _put_lines(archive, in_log(self.service, PROOFS), self._proofs())
        elif self.given.node is not None:
            with _member(archive, in_log(self.service, HASHES)) as member:
                for index in range(self.checkpoint.size):
                    member.write(self.given.node(0, index))
        if self.given.since:
            _put_lines(archive, in_log(self.service, CONSISTENCY), self._consistency())

    def _whole(self) -> Iterator[bytes]:
        expected = 0
        for index, line in self.given.lines():
            if index != expected:
                raise NotWritable(f"{self.service}: entry {index} where {expected} belongs")
            expected += 1
            yield line
        if expected != self.checkpoint.size:
            raise NotWritable(
                f"{self.service}: {expected} entries, the checkpoint says {self.checkpoint.size}"
            )

    def _selected(self) -> Iterator[bytes]:
        last = -1
        for index, line in self.given.lines():
            if not last < index < self.checkpoint.size:
                raise NotWritable(f"{self.service}: entry {index} is out of order")
            last = index
            yield line

    def _proofs(self) -> Iterator[bytes]:
        node, size = self._node(), self.checkpoint.size
        for index, _ in self.given.lines():
            yield _proof_line(index, inclusion_proof(node, index, size))

    def _consistency(self) -> Iterator[bytes]:
        node, size = self._node(), self.checkpoint.size
        for old in sorted(set(self.given.since)):
            if not 0 <= old <= size:
                raise NotWritable(f"{self.service}: the log has {size} entries, not yet {old}")
            yield _proof_line(old, consistency_proof(node, old, size))

    def _node(self) -> NodeReader:
        if self.given.node is None:
            raise NotWritable(f"{self.service}: proofs need the tree's nodes")
        return self.given.node


def _proof_line(number: int, hashes: list[bytes]) -> bytes:
    return " ".join((str(number), *map(to_base64, hashes))).encode()


def _key_line(key: BundledKey) -> bytes:
    return _json({"key_id": key.key_id, "key": to_base64(key.key)})


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _put(archive: ZipFile, name: str, data: bytes) -> None:
    with _member(archive, name) as member:
        member.write(data)


def _put_lines(archive: ZipFile, name: str, lines: Iterable[bytes]) -> None:
    with _member(archive, name) as member:
        for line in lines:
            if b"\n" in line:
                raise NotWritable(f"{name}: a line has a newline in it")
            member.write(line + b"\n")


def _member(archive: ZipFile, name: str) -> IO[bytes]:
    info = ZipInfo(name, _EPOCH)
    info.create_system, info.external_attr = _UNIX, _MODE
    # All members alike, whatever their size, so that the size of one changes no other's form.
    return archive.open(info, "w", force_zip64=True)
