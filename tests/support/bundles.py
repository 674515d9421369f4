"""Small logs with everything in them, and bundles of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from staffel_contracts.audit.bundle import BundledKey, BundledLog
from staffel_contracts.envelope import Leaf, data_hash, leaf_bytes, wire
from staffel_contracts.fact import Fact
from staffel_contracts.sealing import bound, seal
from staffel_contracts.tlog.checkpoint import Checkpoint, sign_checkpoint
from staffel_contracts.tlog.cosignature import cosign
from staffel_contracts.tlog.keys import Kind, SigningKey
from staffel_contracts.tlog.tree import leaf_hash, nodes_of, root_at

ORIGIN = "staffel.example"
BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
WITNESSES = [
    SigningKey(f"witness-{name}.example", Kind.COSIGNATURE, sha256(name.encode()).digest())
    for name in ("district", "jobcenter", "auditor")
]


def log_key(service: str) -> SigningKey:
    return SigningKey(f"{ORIGIN}/{service}", Kind.NOTE, sha256(service.encode()).digest())


def person_key(case: str) -> BundledKey:
    return BundledKey(f"k-{case}", sha256(b"key of " + case.encode()).digest())


def policy(services: Iterable[str], quorum: int = 2) -> bytes:
    """Two of the three witnesses, unless another number is asked for."""
    lines = [f"log {log_key(service).verifier.text()}" for service in services]
    names = []
    for number, witness in enumerate(WITNESSES):
        lines.append(f"witness w{number} {witness.verifier.text()}")
        names.append(f"w{number}")
    lines += [f"group enough {quorum} {' '.join(names)}", "quorum enough"] if quorum else []
    lines += [] if quorum else ["quorum none"]
    return ("\n".join(lines) + "\n").encode()


@dataclass
class MadeLog:
    """A log that a test says facts into."""

    service: str
    leaves: list[bytes] = field(default_factory=list)
    wires: list[bytes] = field(default_factory=list)

    def say(self, fact: Fact, case: str | None = None, cause: str = "command/0") -> int:
        """Append an entry, sealed if it is about a case; gives its index."""
        index = len(self.leaves)
        entry_id = f"{self.service}/{index}"
        data = fact.model_dump_json(exclude_none=True).encode()
        key_id = commitment = None
        if case:
            key = person_key(case)
            key_id = key.key_id
            data, commitment = seal(
                key.key, entry_id, data, bound(entry_id, fact.TYPE, case, key_id)
            )
        valid_on = fact.valid_on()
        leaf = leaf_bytes(
            Leaf(
                id=entry_id,
                source=f"{ORIGIN}/{self.service}",
                type=fact.TYPE,
                subject=case,
                time=(BEGIN + timedelta(seconds=index)).isoformat().replace("+00:00", "Z"),
                validon=valid_on.isoformat() if valid_on else None,
                index=index,
                district="12069",
                actor="clerk",
                actorrole="caseworker",
                cause=cause,
                basis=fact.BASIS,
                sealkey=key_id,
                keycommitment=commitment,
                datahash=data_hash(data),
            )
        )
        self.leaves.append(leaf)
        self.wires.append(wire(leaf, data, sealed=key_id is not None))
        return index

    def erase(self, index: int) -> None:
        """Leave the leaf alone."""
        self.wires[index] = self.leaves[index]

    def hashes(self) -> list[bytes]:
        return [leaf_hash(leaf) for leaf in self.leaves]

    def checkpoint(self, size: int | None = None, witnesses: Sequence[int] = (0, 1, 2)) -> bytes:
        """A checkpoint of the first ``size`` entries, cosigned."""
        size = len(self.leaves) if size is None else size
        root = root_at(nodes_of(self.hashes()), size)
        signed = sign_checkpoint(
            Checkpoint(f"{ORIGIN}/{self.service}", size, root), log_key(self.service)
        )
        at = int(BEGIN.timestamp()) + size
        return signed.note.also(cosign(signed, WITNESSES[n], at) for n in witnesses).encode()

    def whole(self, since: tuple[int, ...] = ()) -> BundledLog:
        """All of it, for a bundle."""
        return BundledLog(
            self.checkpoint(), lambda: enumerate(self.wires), nodes_of(self.hashes()), since
        )

    def part(
        self,
        indexes: Sequence[int],
        span: tuple[int, int] | None = None,
        since: tuple[int, ...] = (),
    ) -> BundledLog:
        """These entries, for a bundle."""
        return BundledLog(
            self.checkpoint(),
            lambda: ((index, self.wires[index]) for index in indexes),
            nodes_of(self.hashes()),
            since,
            span,
        )
