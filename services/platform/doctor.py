"""``staffel doctor``: look at everything, mend nothing."""

import sys
from typing import Annotated

import typer

from services.platform.checks import Look, run, worst
from services.platform.checks.before import before as look_before
from services.platform.checks.shown import FORMATS, Format
from services.platform.installation import Installation
from services.platform.options import DEFAULT_HOME, HomeOption, plain_errors


def doctor(
    home: HomeOption = DEFAULT_HOME,
    before: Annotated[
        bool, typer.Option("--before", help="Look whether a platform can be set up here.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to say it.")] = "text",
) -> None:
    """Look at everything and say what is not well; exit code 0 ok, 1 warn, 2 fail.

    Each line names a page in deploy/runbooks/ that helps. Nothing is ever mended from here.
    """
    with plain_errors(2):
        lines = list(look_before(home) if before else run(Look(Installation.open(home))))
    sys.stdout.write(FORMATS[form](lines))
    raise typer.Exit(int(worst(lines)))
