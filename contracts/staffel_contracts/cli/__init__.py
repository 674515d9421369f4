"""The command ``staffel``: the integrator's verbs, and those that installed distributions add."""

import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

GROUP = "staffel.commands"


def main() -> None:
    """Run the command line; exits 2 where the extra ``[cli]`` is missing."""
    try:
        import rich  # noqa: F401 - part of the extra, as typer is
        import typer
    except ImportError:
        sys.stderr.write(
            "staffel: the command line needs the extra: pip install 'staffel-contracts[cli]'\n"
        )
        sys.exit(2)
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

    if find_spec("nats"):
        register(app)
    if find_spec("cryptography"):
        register_auditing(app)
    from staffel_contracts.cli.contracts import contracts_app

    app.add_typer(contracts_app)

    for entry_point in entry_points(group=GROUP):
        entry_point.load()(app)
    app()


def register_auditing(app: "typer.Typer") -> None:
    """Add the verbs of auditors and witnesses: the extra ``[audit]``."""
    from staffel_contracts.cli.audit import audit_app
    from staffel_contracts.cli.witness import witness_app

    app.add_typer(audit_app)
    app.add_typer(witness_app)


def register(app: "typer.Typer") -> None:
    """Add the integrator's verbs: the extra ``[cli]``."""
    from staffel_contracts.cli.cases import case, household, queue, report
    from staffel_contracts.cli.catalogue import catalogue, explain
    from staffel_contracts.cli.conformance import conformance
    from staffel_contracts.cli.contexts import add_context
    from staffel_contracts.cli.feed import feed_status
    from staffel_contracts.cli.handoff import handoff_plan, handoff_run
    from staffel_contracts.cli.letters import letter_handed_over, list_letters, show_letter
    from staffel_contracts.cli.listen import listen
    from staffel_contracts.cli.play import play
    from staffel_contracts.cli.send import send
    from staffel_contracts.cli.starting import subscriber
    from staffel_contracts.cli.whoami import whoami

    verbs: tuple[Callable[..., None], ...] = (
        whoami,
        catalogue,
        explain,
        listen,
        play,
        send,
        queue,
        case,
        household,
        report,
        conformance,
    )
    for verb in verbs:
        app.command()(verb)
    _add_group(app, "feed", "My feed.", {"status": feed_status})
    _add_group(app, "handoff", "Many handoffs at once.", {"plan": handoff_plan, "run": handoff_run})
    letters: dict[str, Callable[..., None]] = {
        "list": list_letters,
        "show": show_letter,
        "handed-over": letter_handed_over,
    }
    _add_group(app, "letters", "Letters to persons, to be handed over.", letters)
    _add_group(app, "context", "Where my platforms are.", {"add": add_context})
    _add_group(app, "init", "A program of my own to start from.", {"subscriber": subscriber})


def _add_group(
    app: "typer.Typer", name: str, about: str, verbs: dict[str, Callable[..., None]]
) -> None:
    import typer

    group = typer.Typer(help=about, no_args_is_help=True)
    group.callback()(_a_group)
    for verb_name, verb in verbs.items():
        group.command(name=verb_name)(verb)
    app.add_typer(group, name=name)


def _a_group() -> None:
    """Typer needs a callback to keep a single command a subcommand."""
