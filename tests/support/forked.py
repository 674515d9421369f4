"""The command ``staffel`` as a fork of the process that has imported the services.

A process like any other: own arguments, environment, output and exit code. What it does not do is
import for seconds what the platform beside it has imported already.
"""

import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from services.platform.forks import begin_importing
from staffel_contracts.cli import main

SECONDS = 300


def staffel_forked(
    words: tuple[str, ...], environment: Mapping[str, str], given: str = ""
) -> tuple[int, str, str]:
    """Run the command to its end, with ``given`` on standard input; gives exit code and outputs."""
    begin_importing()
    with TemporaryDirectory(prefix="staffel-verb-") as folder:
        files = [Path(folder, name) for name in ("in", "out", "err")]
        files[0].write_text(given, "utf-8")
        arguments = (words, dict(environment), Path.cwd(), *files)
        process = get_context("forkserver").Process(target=_run, args=arguments)
        process.start()
        process.join(SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"staffel {' '.join(words)}: not ended after {SECONDS} s")
        out, err = (path.read_text("utf-8") for path in files[1:])
        return process.exitcode, out, err


def _run(words: tuple[str, ...], environment: dict[str, str], cwd: Path, *files: Path) -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(files):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND if number else os.O_RDONLY)
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["staffel", *words]
    main()
