"""``staffel audit``: what an auditor asks; the services add what takes their databases."""

import typer

audit_app = typer.Typer(
    name="audit", help="Verify, replay, and see who saw what.", no_args_is_help=True
)


@audit_app.callback()
def _audit() -> None:
    """Verify, replay, and see who saw what."""
