"""``staffel sheet print``: a handover sheet as a PDF, recorded by its hash."""

from pathlib import Path
from typing import Annotated

import httpx
import typer

from services.chassis.files import write_whole
from services.platform.options import DEFAULT_HOME, HomeOption, fail, load_home, plain_errors
from staffel_contracts.access import PURPOSE_HEADER
from staffel_contracts.codes import AccessPurpose

TROUBLE = 2
sheet_app = typer.Typer(help="Handover sheets.", no_args_is_help=True)


@sheet_app.callback()
def _sheets() -> None:
    """Handover sheets."""


@sheet_app.command(name="print")
def print_sheet(
    sheet_ref: Annotated[str, typer.Argument(metavar="SHEET", help="As the handoff names it.")],
    out: Annotated[Path, typer.Option("--out", help="The PDF to write.")],
    agency: Annotated[str, typer.Option("--agency", help="Who prints.")] = "district-12069",
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Print a sheet for an agency without an interface, with a page for the person."""
    place = load_home(home)
    token = place.config.agency_passwords.get(agency)
    if token is None:
        fail(f"{agency} is not in the directory of this platform", TROUBLE)
    url = f"{place.http_url('casework')}/sheets/{sheet_ref}/pdf"
    try:
        answer = httpx.post(
            url,
            headers={
                "Authorization": f"Bearer {token}",
                PURPOSE_HEADER: AccessPurpose.HANDOFF.value,
            },
        )
    except httpx.HTTPError as error:
        fail(f"casework does not answer ({type(error).__name__}); is the platform up?", TROUBLE)
    if answer.is_error:
        fail(f"{answer.json().get('code', answer.status_code)}: {answer.json().get('detail', '')}")
    with plain_errors(TROUBLE):
        write_whole(out, answer.content)
    typer.echo(answer.headers["Content-Digest"])
