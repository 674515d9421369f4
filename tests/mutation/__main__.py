"""``python -m tests.mutation audit/integrity …``: change the verifier, and see its tests fail.

Each change gets a process of its own, forked when all that does not depend on the module is
imported; it lives until the first test fails. What no test notices is listed: it wants a test, or a
reason.
"""

import argparse
import ast
import importlib
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path

import pytest

from tests.mutation.changes import changes

PACKAGE = "staffel_contracts"
SOURCES = Path(__file__).parents[2] / "contracts" / PACKAGE
_ABOUT_BUNDLES = ("audit_verify", "audit_rules", "audit_hostile", "bundle", "audit_tampering")
_ABOUT_LOGS = ("tree", "notes", "tiles", "witness")
TESTS = {"audit": _ABOUT_BUNDLES, "tlog": (*_ABOUT_LOGS, *_ABOUT_BUNDLES)}
"""The tests in ``tests/contract`` that are concerned, by package; the quickest to fail first."""
_FIRST = ("facts", "commands", "audiences", "schemas", "catalogue")
_QUIETLY = ("-xqp", "no:cacheprovider", "-Wignore::pytest.PytestAssertRewriteWarning")
_SAID, _BROKEN = "said.txt", 99
_LEAST_SECONDS, _MOST_BYTES = 20, 4 << 30


class Changed(SourceFileLoader):
    """Loads one module from a tree instead of from its file."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        super().__init__(name, str(path))
        self.tree = tree

    def get_code(self, fullname: str) -> object:  # type: ignore[override]
        return compile(ast.fix_missing_locations(self.tree), self.get_filename(fullname), "exec")

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """As a finder: of this module, and of no other."""
        mine = name == self.name
        return spec_from_file_location(name, self.path, loader=self) if mine else None


def main() -> None:
    """Try every change of the modules named, or some; tell those that no test noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("module", nargs="+", help="such as audit/integrity")
    parser.add_argument("--only", type=int, nargs="+", help="changes by their numbers")
    parser.add_argument("--tests", nargs="+", help="other tests than the module's own")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    _import_the_rest()
    for module in options.module:
        tests = options.tests or _tests_of(module)
        tried, killed = _try_module(module, tests, options.only, options.jobs)
        sys.stdout.write(f"{module}: {killed} of {tried} killed\n")


def _tests_of(module: str) -> list[str]:
    return [f"tests/contract/test_{name}.py" for name in TESTS[module.partition("/")[0]]]


def _import_the_rest() -> None:
    """Import what tests need and the verifier is no part of, once for all."""
    for name in ("hypothesis", "jsonschema", "tests.support.postgres", "tests.support.nats"):
        importlib.import_module(name)
    for name in _FIRST:
        importlib.import_module(f"{PACKAGE}.{name}")


def _try_module(
    module: str, tests: list[str], only: list[int] | None, jobs: int
) -> tuple[int, int]:
    """How many changes were tried, and how many of them were noticed; tells the others at once.

    Raises:
        SystemExit: the module is loaded already, or the tests fail without any change.
    """
    path, name = SOURCES / f"{module}.py", f"{PACKAGE}.{module.replace('/', '.')}"
    if name in sys.modules:
        sys.exit(f"{name} is loaded already: nothing that is changed in it would be tried")
    loader = Changed(name, path, ast.parse(path.read_text(encoding="utf-8")))
    found = dict(enumerate(changes(loader.tree)))
    wanted = {number: found[number].make for number in only or found}
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        run = _Runs(loader, tests, Path(folder))
        began = time.monotonic()
        if not run.passes(lambda: None):
            sys.exit(f"the tests fail without any change:\n{(Path(folder) / _SAID).read_text()}")
        run.seconds = max(_LEAST_SECONDS, int(5 * jobs * (time.monotonic() - began)))
        for number in run.all(wanted, jobs):
            survived += 1
            line, what, _ = found[number]
            sys.stdout.write(f"{module}.py:{line}: {what} (--only {number})\n")
            sys.stdout.flush()
    return len(wanted), len(wanted) - survived


class _Runs:
    """Runs tests in forks of this process."""

    def __init__(self, loader: Changed, tests: list[str], folder: Path) -> None:
        self.loader, self.tests, self.folder = loader, tests, folder
        self.seconds = 600

    def passes(self, make: Callable[[], None]) -> bool:
        return bool(list(self.all({0: make}, 1)))

    def all(self, wanted: dict[int, Callable[[], None]], jobs: int) -> Iterator[int]:
        """The numbers of those with which no test failed."""
        waiting, running = list(wanted.items()), dict[int, int]()
        while waiting or running:
            while waiting and len(running) < jobs:
                number, make = waiting.pop()
                running[self._fork(number, make)] = number
            process, status = os.wait()
            number = running.pop(process)
            shutil.rmtree(self.folder / str(number), ignore_errors=True)
            if status == 0:
                yield number

    def _fork(self, number: int, make: Callable[[], None]) -> int:
        process = os.fork()
        if process:
            return process
        try:  # from here on this is another process, and ends here
            said = os.open(self.folder / _SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(said, 1)
            os.dup2(said, 2)
            signal.alarm(self.seconds)
            resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
            make()
            sys.meta_path.insert(0, self.loader)
            base = f"--basetemp={self.folder / str(number)}"
            os._exit(pytest.main([*_QUIETLY, base, *self.tests]))
        except BaseException:  # noqa: BLE001 - a change may raise anything anywhere
            traceback.print_exc()
        finally:
            os._exit(_BROKEN)


if __name__ == "__main__":
    main()
