"""The command ``staffel``: the integrator's verbs, and those that installed distributions add."""

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from staffel_contracts.cli.verbs import Verbs

GROUP = "staffel.commands"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def main() -> None:
    """Run the command line; exits 2 where the extra ``[cli]`` is missing."""
    try:
        import rich  # noqa: F401 - part of the extra, as typer is
        import typer  # noqa: F401
    except ImportError:
        sys.stderr.write(
            "staffel: the command line needs the extra: pip install 'staffel-contracts[cli]'\n"
        )
        sys.exit(2)
    from staffel_contracts.cli.verbs import command_line

    _open_what_is_closed()
    signal.signal(signal.SIGTERM, _end)
    with _telling():
        command_line(all_verbs())()


def _open_what_is_closed() -> None:
    """Let nothing be in the place of what was closed for us (``>&-``).

    Else the next file to be opened would be there, and what is told would be written into it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115


def _end(number: int, _: object) -> NoReturn:
    """End as with Ctrl-C, so that nothing stays behind that was half-written or only started."""
    sys.exit(128 + number)


@contextmanager
def _telling() -> Iterator[None]:
    """See to what is written: a letter that the terminal's encoding lacks becomes a ``?``.

    Where the disk is full under what is written, that is said, and the exit code is 2.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.filename or error.errno not in _NO_ROOM:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python tries once more as it ends
        sys.stderr.write(f"staffel: what is told cannot be written: {error.strerror}\n")
        sys.exit(2)


def all_verbs() -> "Verbs":
    """What the installed extras and distributions offer.

    An entry point of the group ``staffel.commands`` is a function that adds verbs to these.
    """
    from staffel_contracts.cli.verbs import Group

    here = "staffel_contracts.cli"
    verbs: Verbs = {}
    if find_spec("nats"):
        verbs |= _integrators(here)
    if find_spec("cryptography"):
        verbs["audit"] = Group(
            "Verify, replay, and see who saw what.",
            {name: f"{here}.audit:{name}" for name in ("verify", "prove", "check")},
        )
        verbs["witness"] = f"{here}.witness:witness_app"
    verbs["contracts"] = Group(
        "Schemas, compatibility, and who sees what.",
        {
            "check": f"{here}.contracts:check",
            "who-sees": f"{here}.contracts:who_sees",
            "processing-record": f"{here}.contracts:processing_record",
        },
    )
    for entry_point in entry_points(group=GROUP):
        entry_point.load()(verbs)
    return verbs


def _integrators(here: str) -> "Verbs":
    """The integrator's verbs: the extra ``[cli]``."""
    from staffel_contracts.cli.verbs import Group

    letters = {
        "list": f"{here}.letters:list_letters",
        "show": f"{here}.letters:show_letter",
        "handed-over": f"{here}.letters:letter_handed_over",
    }
    mass = {"plan": f"{here}.handoff:handoff_plan", "run": f"{here}.handoff:handoff_run"}
    return {
        "whoami": f"{here}.whoami:whoami",
        "catalogue": f"{here}.catalogue:catalogue",
        "explain": f"{here}.catalogue:explain",
        "listen": f"{here}.listen:listen",
        "play": f"{here}.play:play",
        "send": f"{here}.send:send",
        "queue": f"{here}.cases:queue",
        "case": f"{here}.cases:case",
        "household": f"{here}.cases:household",
        "report": f"{here}.cases:report",
        "conformance": f"{here}.conformance:conformance",
        "feed": Group("My feed.", {"status": f"{here}.feed:feed_status"}),
        "handoff": Group("Many handoffs at once.", mass),
        "letters": Group("Letters to persons, to be handed over.", letters),
        "context": Group("Where my platforms are.", {"add": f"{here}.contexts:add_context"}),
        "init": Group(
            "A program of my own to start from.", {"subscriber": f"{here}.starting:subscriber"}
        ),
    }
