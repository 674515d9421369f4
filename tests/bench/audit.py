"""How fast a bundle of a million entries is verified on one core, and how much memory it takes."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from staffel_contracts.audit.bundle import BundledLog, Contents, write_bundle
from staffel_contracts.audit.verify import verify_bundle
from staffel_contracts.envelope import Leaf, data_hash, leaf_bytes, wire
from staffel_contracts.tlog.checkpoint import Checkpoint, sign_checkpoint
from staffel_contracts.tlog.tree import Frontier
from tests.bench.peak import peak_mib
from tests.support.bundles import ORIGIN, log_key, policy

SERVICE = "casework"
_DATA = os.urandom(400)


def measure(entries: int) -> dict[str, float]:
    """Entries a second, by depth, and the peak of resident memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle"
        _write(path, entries)
        command = [sys.executable, "-m", "tests.bench.audit", str(path), str(entries)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _line(index: int) -> tuple[bytes, bytes]:
    """A leaf and a line of usual size."""
    leaf = leaf_bytes(
        Leaf(
            id=f"{SERVICE}/{index}",
            source=f"{ORIGIN}/{SERVICE}",
            type="handoff-drafted.v1",
            subject="c-019517db41804266866a95d587a595ad",
            time="2026-04-04T06:00:00.000000Z",
            validon="2026-05-01",
            index=index,
            district="12069",
            actor=SERVICE,
            actorrole="service",
            cause="intake/22",
            basis="§ 10 AsylbLG",
            sealkey="ff446996e8b86118b674b397",
            keycommitment="5" * 64,
            datahash=data_hash(_DATA),
        )
    )
    return leaf, wire(leaf, _DATA, sealed=True)


def _write(path: Path, entries: int) -> None:
    tree = Frontier()
    for index in range(entries):
        tree.append(_line(index)[0])
    key = log_key(SERVICE)
    signed = sign_checkpoint(Checkpoint(key.name, tree.size, tree.root()), key)
    log = BundledLog(signed.encode(), lambda: ((i, _line(i)[1]) for i in range(entries)))
    write_bundle(path, Contents((log,), policy([SERVICE], quorum=0)))


def main() -> None:
    """Verify the bundle at a path, in this process alone, and print the figures as JSON."""
    path, entries = Path(sys.argv[1]), int(sys.argv[2])
    found: dict[str, float] = {}
    for name, quick in (("audit, trees and hashes", True), ("audit, without keys", False)):
        begin = time.process_time()
        assert verify_bundle(path, quick=quick).holds
        found[name] = entries / (time.process_time() - begin)
    found["audit, peak MiB"] = peak_mib()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
