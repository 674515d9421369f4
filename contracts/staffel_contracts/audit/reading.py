"""Read a bundle without trusting it: nothing is unpacked, and what is odd is refused."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

from staffel_contracts.audit.container import Members, NotABundle
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
    in_log,
    is_allowed,
)
from staffel_contracts.tlog.spelling import a_hash, base64, number

_KEY_BYTES = 32


class Proof(NamedTuple):
    """The number that a proof is about (an index or an earlier size) and its hashes."""

    number: int
    hashes: list[bytes]


class ReadLog(NamedTuple):
    """One log in a bundle."""

    service: str
    origin: str
    size: int
    span: tuple[int, int] | None
    bundle: "Bundle"

    def checkpoint(self) -> bytes:
        """The signed note."""
        return self.bundle.members.small(in_log(self.service, CHECKPOINT))

    def lines(self) -> Iterator[bytes]:
        """The wire lines, in order, without their newlines."""
        return self.bundle.members.lines(in_log(self.service, ENTRIES))

    def pieces(self) -> Iterator[list[bytes]]:
        """The wire lines, several at a time."""
        return self.bundle.members.pieces(in_log(self.service, ENTRIES))

    def proofs(self) -> Iterator[Proof]:
        """An inclusion proof per line, in the same order; only in a part."""
        return self.bundle.proofs(in_log(self.service, PROOFS))

    def consistency(self) -> Iterator[Proof]:
        """Consistency proofs from earlier sizes, if there are any."""
        return self.bundle.proofs(in_log(self.service, CONSISTENCY), missing_ok=True)

    def hashes(self) -> "Callable[[int], bytes] | None":
        """The hashes of leaves, asked for in order: the next ``n``; ``None`` if not there."""
        return self.bundle.members.hashes(in_log(self.service, HASHES), self.size)


class Bundle:
    """An open bundle; to be closed, or used in a ``with``."""

    def __init__(self, path: Path) -> None:
        """Open the file and look at its form.

        Raises:
            NotABundle: no bundle.
            OSError: there is no such file, or it cannot be read.
        """
        self.members = Members(path)
        try:
            self._manifest = _manifest(self.members.small(MANIFEST))
        except NotABundle:
            self.members.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.members.close()

    @property
    def kind(self) -> str:
        """``whole`` or ``part``."""
        return str(self._manifest["kind"])

    @property
    def selection(self) -> dict[str, str]:
        """What was selected, in words of the export."""
        return dict(self._manifest["selection"])

    @property
    def logs(self) -> list[ReadLog]:
        """The logs in it."""
        return [
            ReadLog(log["service"], log["origin"], log["size"], _span(log), self)
            for log in self._manifest["logs"]
        ]

    def policy(self) -> bytes:
        """The policy that came with it."""
        return self.members.small(POLICY)

    def keys(self) -> dict[str, bytes]:
        """Persons' keys by their ids.

        Raises:
            NotABundle: a line is no key.
        """
        return dict(_key(line, at) for at, line in enumerate(self.members.lines(KEYS), 1))

    def files(self) -> list[str]:
        """The names of schemas and rules."""
        return [name for name in self.members.names if name.startswith(("schemas/", "rules/"))]

    def proofs(self, name: str, *, missing_ok: bool = False) -> Iterator[Proof]:
        """A member's proofs.

        Raises:
            NotABundle: it is missing or damaged, or a line is no proof.
        """
        if missing_ok and name not in self.members.names:
            return
        for at, line in enumerate(self.members.lines(name), 1):
            yield _proof(line, f"{name}, line {at}")


def _manifest(data: bytes) -> dict[str, Any]:
    found = strict_json(data, MANIFEST)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotABundle(f"{MANIFEST}: the format {FORMAT} is expected")
    logs, selection = found.get("logs"), found.get("selection")
    well_formed = (
        found.get("kind") in ("whole", "part")  # no set: it may be a list
        and isinstance(selection, dict)
        and all(isinstance(value, str) for value in selection.values())
        and isinstance(logs, list)
        and len(logs) > 0
        and all(_is_log(log) for log in logs)
        and len({log["service"] for log in logs}) == len(logs)
    )
    if not well_formed:
        raise NotABundle(f"{MANIFEST}: kind, logs or selection are not as they must be")
    return found


def _is_log(log: Any) -> bool:
    return (
        isinstance(log, dict)
        and isinstance(log.get("service"), str)
        and is_allowed(in_log(log["service"], CHECKPOINT))
        and isinstance(log.get("origin"), str)
        and log["origin"].rpartition("/")[2] == log["service"]
        and type(log.get("size")) is int
        and log["size"] >= 0
        and ("span" not in log or _is_span(log["span"], log["size"]))
    )


def _is_span(span: Any, size: int) -> bool:
    return (
        isinstance(span, list)
        and [type(end) for end in span] == [int, int]
        and 0 <= span[0] <= span[1] <= size
    )


def _span(log: dict[str, Any]) -> tuple[int, int] | None:
    span = log.get("span")
    return None if span is None else (span[0], span[1])


def strict_json(data: bytes, name: str) -> Any:
    """Read JSON in which no name stands twice and every number is digits.

    Raises:
        NotABundle: it is not that.
    """
    try:
        found = json.loads(
            data.decode(),
            object_pairs_hook=_once,
            parse_int=number,
            parse_float=number,
            parse_constant=number,
        )
        json.dumps(found, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError):
        rule = "JSON without a name twice, with digits alone for numbers, is expected"
        raise NotABundle(f"{name}: {rule}") from None
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("twice")
    return found


def _key(line: bytes, at: int) -> tuple[str, bytes]:
    where = f"{KEYS}, line {at}"
    found = strict_json(line, where)
    try:
        key_id, key = found["key_id"], base64(found["key"])
    except (ValueError, KeyError, TypeError):
        raise NotABundle(f"{where}: key_id and key in base64 are expected") from None
    if not isinstance(key_id, str) or len(key) != _KEY_BYTES:
        raise NotABundle(f"{where}: a key has {_KEY_BYTES} bytes and an id")
    return key_id, key


def _proof(line: bytes, where: str) -> Proof:
    try:
        first, *hashes = line.decode("ascii").split(" ")
        return Proof(number(first), [a_hash(word) for word in hashes])
    except ValueError:
        raise NotABundle(f"{where}: a number and hashes in base64 are expected") from None
