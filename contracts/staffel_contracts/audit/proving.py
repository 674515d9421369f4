"""Take the proof of one entry out of a bundle."""

from itertools import islice
from pathlib import Path

from staffel_contracts.audit.container import NotABundle
from staffel_contracts.audit.lines import BadLine, entry_named, split
from staffel_contracts.audit.reading import Bundle, ReadLog
from staffel_contracts.tlog.proof import TlogProof
from staffel_contracts.tlog.tree import inclusion_proof, leaf_hash, nodes_of


class NoSuchEntry(Exception):
    """The bundle does not hold the entry."""


def prove_entry(path: Path, entry: str) -> TlogProof:
    """The proof of one entry, such as ``jobcenter_bridge/1042``; its leaf goes along as ``extra``.

    Nothing is verified; the proof is to be checked like any other. For a whole log the hashes of
    all leaves are held in memory (about 100 bytes each).

    Raises:
        NoSuchEntry: the bundle has no such entry, or the name is none.
        NotABundle: no bundle, or a damaged one.
        OSError: the file cannot be read.
    """
    named = entry_named(entry)
    if named is None:
        raise NoSuchEntry(f"{entry}: a service and a number are expected, as in intake/7")
    service, index = named
    with Bundle(path) as bundle:
        for log in bundle.logs:
            if log.service == service and index < log.size:
                part = bundle.kind == "part"
                return _in_part(log, index) if part else _in_whole(log, index)
    raise NoSuchEntry(f"{entry}: not in this bundle")


def _in_part(log: ReadLog, index: int) -> TlogProof:
    for line, proof in zip(log.lines(), log.proofs(), strict=False):
        if proof.number == index:
            return TlogProof(index, tuple(proof.hashes), log.checkpoint(), _leaf(line, log, index))
    raise NoSuchEntry(f"{log.service}/{index}: not in this bundle")


def _in_whole(log: ReadLog, index: int) -> TlogProof:
    line = next(islice(log.lines(), index, None), None)
    if line is None:
        raise NotABundle(f"{log.service}: the entries end before {index}")
    leaves = [leaf_hash(_leaf(each, log, number)) for number, each in enumerate(log.lines())]
    if len(leaves) != log.size:
        raise NotABundle(f"{log.service}: {len(leaves)} entries, {log.size} expected")
    hashes = inclusion_proof(nodes_of(leaves), index, log.size)
    return TlogProof(index, tuple(hashes), log.checkpoint(), _leaf(line, log, index))


def _leaf(line: bytes, log: ReadLog, index: int) -> bytes:
    try:
        return split(index, line).leaf
    except BadLine as error:
        raise NotABundle(f"{log.service}/{index}: {error}") from None
