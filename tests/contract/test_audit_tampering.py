"""Whatever is done to a bundle is found, and where something was done to an entry, it is named."""

from pathlib import Path

import pytest

from staffel_contracts.audit.bundle import write_bundle
from staffel_contracts.audit.container import NotABundle
from staffel_contracts.audit.findings import Code
from staffel_contracts.audit.verify import verify_bundle
from tests.support.bundles import bundle_of, policy, story
from tests.support.tampering import Members, Tampered, Tamperer, members_of, packed

EACH = 715
"""Of each of fourteen ways: 10,010 in all."""
SERVICE = "jobcenter_bridge"
TRUST = policy([SERVICE], quorum=3)
LOG_ALONE = policy([SERVICE], quorum=0).split(b"\n")[0] + b"\nquorum none\n"
"""Enough where nobody is at the checkpoint, and faster."""


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Members:
    """A bundle that holds."""
    path = tmp_path_factory.mktemp("good") / "bundle"
    write_bundle(path, bundle_of({SERVICE: story(2)[SERVICE]}))
    assert verify_bundle(path, trust=TRUST).holds
    return members_of(path)


WAYS = list(Tamperer({f"log/{SERVICE}/entries.jsonl": b""}, SERVICE, 0).ways())


@pytest.mark.parametrize("way", WAYS)
def test_a_tampered_bundle_never_holds(way: str, good: Members, tmp_path: Path) -> None:
    path = tmp_path / "tampered"
    for seed in range(EACH):
        tampered = Tamperer(good, SERVICE, seed).ways()[way]()
        if tampered.members == good:
            continue
        path.write_bytes(packed(tampered.members))
        assert (wrong := unfound(path, tampered)) is None, f"{way}, seed {seed}: {wrong}"


def unfound(path: Path, tampered: Tampered) -> str | None:
    """What was expected and not found."""
    try:
        trust = LOG_ALONE if tampered.index is not None else TRUST
        report = verify_bundle(path, trust=trust, quick=True)
    except NotABundle as error:
        return None if tampered.codes is None else f"refused as a whole: {error}"
    if report.holds:
        return "it holds"
    if tampered.codes is None:
        return None
    at = {f.index for f in report.findings if f.code in tampered.codes}
    first = min((f.index for f in report.findings if f.index is not None), default=None)
    if tampered.index is None:
        return None if at else f"{[*tampered.codes]} expected, {report.findings} found"
    if tampered.index in at and first == tampered.index:
        return None
    return f"{tampered.index} expected, {report.findings[:3]} found"


def test_an_operator_with_every_key_is_found_out_by_one_old_checkpoint(
    good: Members, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    old.write_bytes(good[f"log/{SERVICE}/checkpoint"])
    for seed in range(50):
        tampered = Tamperer(good, SERVICE, seed).resign_with_its_key()
        (tmp_path / "forged").write_bytes(packed(tampered.members))

        report = verify_bundle(
            tmp_path / "forged", trust=policy([SERVICE], quorum=0), since=[old], quick=True
        )

        assert Code.HISTORY in {finding.code for finding in report.findings}
