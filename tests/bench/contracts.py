"""What the contracts cost those who install them: importing every class, and reading a fact."""

import json
import subprocess
import sys
from time import perf_counter

from staffel_contracts.facts.jobcenter_bridge import HandedToJobcenter
from staffel_contracts.samples import fact_sample

_IMPORT = (
    "import time; began = time.perf_counter(); import {module};"
    "print((time.perf_counter() - began) * 1000)"
)


def measure(entries: int) -> dict[str, float]:
    """Facts read a second on one core, and milliseconds to import into a fresh interpreter."""
    return {
        "contracts read": _read(entries),
        "contracts import, one service's facts_ms": _import("staffel_contracts.facts.casework"),
        "contracts import, whole catalogue_ms": _import("staffel_contracts.catalogue"),
    }


def _read(entries: int) -> float:
    data = json.dumps(fact_sample(HandedToJobcenter, full=True)).encode()
    HandedToJobcenter.read(data)  # the first one builds the class's validator
    began = perf_counter()
    for _ in range(entries):
        HandedToJobcenter.read(data)
    return entries / (perf_counter() - began)


def _import(module: str) -> float:
    command = [sys.executable, "-c", _IMPORT.format(module=module)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
