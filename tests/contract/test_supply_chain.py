"""What Staffel is made of is locked by hash, listed, and free of licences that reach the whole."""

import json
import subprocess
from pathlib import Path

from services.platform.publish import licences

UV = licences.ROOT / ".venv" / "bin" / "uv"


def test_every_package_in_the_lock_has_hashes_for_all_its_files() -> None:
    packages = [one for versions in licences.locked().values() for one in versions]
    files = [
        (package["name"], file)
        for package in packages
        for file in (*package.get("wheels", ()), *filter(None, [package.get("sdist")]))
    ]

    assert {p["name"] for p in packages} - {name for name, _ in files} == licences.OWN
    assert [name for name, file in files if not file.get("hash", "").startswith("sha256:")] == []


def test_the_page_of_licences_is_of_this_lock() -> None:
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), "run `make sbom`"


def test_strong_copyleft_is_for_development_alone() -> None:
    packages = licences.locked()
    delivered = licences.reached(packages, licences.OWN)
    developing = licences.reached(packages, ["staffel"], ("dev",))

    assert licences.strong(delivered) == []
    assert licences.strong(developing) == ["pymerkle"]  # the check does see one


def test_the_list_of_parts_names_everything_that_is_delivered(tmp_path: Path) -> None:
    target = tmp_path / "sbom.json"
    words = ["export", "--frozen", "--quiet", "--no-dev", "--all-packages", "--offline"]
    form = ["--preview-features", "sbom-export", "--format", "cyclonedx1.5"]

    subprocess.run([UV, *words, *form, "--output-file", target], cwd=licences.ROOT, check=True)

    document = json.loads(target.read_text())
    named = {part["name"] for part in document["components"]}
    direct = {dep["name"] for dep in licences.locked()["staffel"][0]["dependencies"]}
    assert document["bomFormat"] == "CycloneDX"
    assert direct <= named | licences.OWN
    assert "pymerkle" not in named
