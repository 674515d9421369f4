"""Verbs that are imported when somebody asks for them: the command line starts in a moment."""

import ast
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

_ABOUT = "Hands cases from one agency to the next, and proves it afterwards."


class Group(NamedTuple):
    """Verbs that stand behind a word of their own."""

    about: str
    verbs: dict[str, str]


Verbs = dict[str, str | Group]
"""By name: ``module:attribute`` of a function or of a `typer.Typer`, or a group of functions."""


def command_line(verbs: Verbs) -> typer.Typer:
    """The command ``staffel`` with these verbs."""

    class Root(TyperGroup):
        def __init__(self, **named: Any) -> None:
            super().__init__(**named)
            self.commands.update(_commands(verbs))

    app = typer.Typer(
        name="staffel",
        cls=Root,
        help=_ABOUT,
        no_args_is_help=True,
        pretty_exceptions_show_locals=False,
        rich_markup_mode=None,
    )
    app.callback()(_staffel)
    return app


def _staffel() -> None:
    """Typer needs a callback to keep a single command a subcommand."""


def _commands(verbs: Mapping[str, str | Group]) -> dict[str, Any]:
    return {name: _command(name, verb) for name, verb in verbs.items()}


def _command(name: str, verb: str | Group) -> TyperCommand | TyperGroup:
    if isinstance(verb, str):
        return _Later(name, verb)
    commands = _commands(verb.verbs)
    return TyperGroup(
        name=name, help=verb.about, commands=commands, no_args_is_help=True, rich_markup_mode=None
    )


class _Later(TyperCommand):
    """Stands for a verb until it is used; what it is about is read from its source."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, rich_markup_mode=None)
        self.path = path

    def get_short_help_str(self, limit: int = 45) -> str:
        self.help = self.help or _about(*self.path.split(":"))
        return super().get_short_help_str(limit)

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        module, attribute = self.path.split(":")
        verb = getattr(import_module(module), attribute)
        return _click(self.name, verb).make_context(info_name, args, parent, **extra)


def _click(name: str | None, verb: Any) -> Any:
    if isinstance(verb, typer.Typer):
        verb.rich_markup_mode = None
        return get_group(verb)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name)(verb)
    return get_command(app)


def _about(module: str, attribute: str) -> str:
    """The first paragraph of a function's docstring, or the ``help`` of a Typer, unimported."""
    found = find_spec(module)
    assert found, module  # noqa: S101 - a test goes through all verbs
    for node in ast.parse(Path(str(found.origin)).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == attribute:
            return (ast.get_docstring(node) or "").partition("\n\n")[0]
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(keywords=given)):
                said = {one.arg: one.value for one in given}
                if name == attribute:
                    return str(ast.literal_eval(said["help"]))
    return ""
