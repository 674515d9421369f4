"""The command ``staffel``: the integrator's verbs, and those that installed distributions add."""

import sys
from importlib.metadata import entry_points

GROUP = "staffel.commands"


def main() -> None:
    """Run the command line; exits 2 where the extra ``[cli]`` is missing."""
    try:
        import typer
    except ImportError:
        sys.exit("staffel: the command line needs the extra: pip install 'staffel-contracts[cli]'")
    app = typer.Typer(
        name="staffel",
        help="Hands cases from one agency to the next, and proves it afterwards.",
        no_args_is_help=True,
        pretty_exceptions_show_locals=False,
        rich_markup_mode=None,
    )

    @app.callback()
    def staffel() -> None:
        """Hands cases from one agency to the next, and proves it afterwards."""

    for entry_point in entry_points(group=GROUP):
        entry_point.load()(app)
    app()
