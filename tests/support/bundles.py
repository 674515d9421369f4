"""Small logs with everything in them, and bundles of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.audit.bundle import BundledKey, BundledLog, Contents
from staffel_contracts.codes import AgencyKind, DeliveryChannel, ResponsibilityDomain
from staffel_contracts.envelope import Leaf, data_hash, leaf_bytes, wire
from staffel_contracts.fact import Fact
from staffel_contracts.facts.intake import PersonAdmitted, ReceptionQuotaSet
from staffel_contracts.facts.jobcenter_bridge import (
    HandedToJobcenter,
    HandoffAccepted,
    HandoffAcknowledged,
    HandoffDelivered,
    ResponsibilityChanged,
)
from staffel_contracts.facts.notify import EntryDisclosed
from staffel_contracts.samples import fact_sample
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
        data = fact.model_dump_json(exclude_none=True).encode()
        return self.say_data(fact.TYPE, data, case, cause, fact.valid_on())

    def say_open(self, fact: Fact, case: str) -> int:
        """Append an entry about a case that is not sealed; gives its index."""
        data = fact.model_dump_json(exclude_none=True).encode()
        return self.say_data(fact.TYPE, data, case, sealed=False)

    def say_data(
        self,
        kind: str,
        data: bytes,
        case: str | None = None,
        cause: str = "command/0",
        valid_on: date | None = None,
        *,
        sealed: bool = True,
    ) -> int:
        """Append an entry of this type with these data, whatever they are; gives its index."""
        index = len(self.leaves)
        entry_id = f"{self.service}/{index}"
        key_id = commitment = None
        if case and sealed:
            key = person_key(case)
            key_id = key.key_id
            data, commitment = seal(key.key, entry_id, data, bound(entry_id, kind, case, key_id))
        leaf = leaf_bytes(
            Leaf(
                id=entry_id,
                source=f"{ORIGIN}/{self.service}",
                type=kind,
                subject=case,
                time=(BEGIN + timedelta(seconds=index)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                validon=valid_on.isoformat() if valid_on else None,
                index=index,
                district="12069",
                actor="clerk",
                actorrole="caseworker",
                cause=cause,
                basis="§ 10 AsylbLG",
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


FROM, TO = "district-12069", "jobcenter-12069"
DIGEST = sha256(b"sheet").hexdigest()


def story(cases: int = 3) -> dict[str, MadeLog]:
    """Persons who are taken in, handed over, and told of: three logs in which all rules hold."""
    logs = {name: MadeLog(name) for name in ("intake", "jobcenter_bridge", "notify")}
    logs["intake"].say(ReceptionQuotaSet(district="12069", year=2026, persons=cases))
    for number in range(cases):
        case = f"c-{number}"
        admitted = logs["intake"].say(admission(case), case)
        told(logs["notify"], case, admission(case), f"intake/{admitted}", number)
        for fact in course(case):
            logs["jobcenter_bridge"].say(fact, case, _cause(fact, admitted))
    return logs


def _cause(fact: Fact, admitted: int) -> str:
    first = isinstance(fact, ResponsibilityChanged) and fact.from_agency is None
    return f"intake/{admitted}" if first else "command/1"


def admission(case: str) -> PersonAdmitted:
    return PersonAdmitted.model_validate(
        fact_sample(PersonAdmitted, full=True)
        | {"case_id": case, "admitted_on": date(2026, 1, 5), "agency": FROM}
    )


def course(case: str) -> list[Fact]:
    """Handed over, delivered, taken up, accepted, moved."""
    ids: dict[str, Any] = {
        "handoff_id": f"h-{case}",
        "domain": ResponsibilityDomain.BENEFITS,
        "from_agency": FROM,
        "to_agency": TO,
    }
    day = date(2026, 2, 1)
    return [
        ResponsibilityChanged(domain=ids["domain"], to_agency=FROM, valid_from=date(2026, 1, 5)),
        HandedToJobcenter(
            **ids,
            submitted_on=date(2026, 1, 10),
            effective_on=day,
            lossfree_on=date(2026, 2, 28),
            sheet_ref="s-1",
            sheet_digest=DIGEST,
        ),
        HandoffDelivered(
            **ids,
            delivered_on=date(2026, 1, 10),
            channel=DeliveryChannel.FEED,
            receipt_ref="feed/1",
            acknowledge_by=date(2026, 1, 13),
            expires_on=date(2026, 2, 10),
        ),
        HandoffAcknowledged(
            **ids, acknowledged_on=date(2026, 1, 11), unit_ref="u-1", decide_by=date(2026, 1, 20)
        ),
        HandoffAccepted(
            **ids, accepted_on=date(2026, 1, 12), effective_on=day, accepted_digest=DIGEST
        ),
        ResponsibilityChanged(**ids, valid_from=day),
    ]


def told(log: MadeLog, case: str, fact: Fact, entry: str, number: int) -> int:
    """Put into the district's feed what its audience allows."""
    seen = AUDIENCES[type(fact)][AgencyKind.DISTRICT].fields
    data = {k: v for k, v in json.loads(fact.model_dump_json()).items() if k in seen and v}
    view = {"type": fact.TYPE, "subject": case, "entry": entry, "data": data}
    return log.say(EntryDisclosed(agency=FROM, feed_index=number, view=view), case, entry)


def bundle_of(
    logs: Mapping[str, MadeLog], *, keys: bool = True, quorum: int = 2, since: tuple[int, ...] = ()
) -> Contents:
    """All of the logs."""
    cases = {f"c-{n}" for n in range(20)} if keys else set()
    return Contents(
        tuple(log.whole(since) for log in logs.values()),
        policy(logs, quorum),
        keys=[person_key(case) for case in sorted(cases)],
    )
