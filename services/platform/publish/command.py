"""``staffel contracts generate`` and ``release``: for those who change the contracts."""

import json
from pathlib import Path
from typing import Annotated

import typer

FOLDER = Path("contracts")


def generate(
    check: Annotated[
        bool, typer.Option(help="change nothing; exit 1 if something differs")
    ] = False,
    folder: Annotated[Path, typer.Option(help="where contracts/ is")] = FOLDER,
) -> None:
    """Write schemas, samples, documents and pages anew from the classes."""
    from services.platform.publish.tree import differences, published, write

    changed = differences(folder, published()) if check else write(folder)
    for path in changed:
        typer.echo(f"{'differs' if check else 'written'}: {folder / path}")
    if check and changed:
        raise typer.Exit(1)


def release(
    folder: Annotated[Path, typer.Option(help="where contracts/ is")] = FOLDER,
    dry_run: Annotated[bool, typer.Option(help="say what would be frozen")] = False,
) -> None:
    """Freeze the schemas of this version: from now on nothing may break them."""
    from staffel_contracts.catalogue import commands, facts
    from staffel_contracts.codes import Status
    from staffel_contracts.release import VERSION
    from staffel_contracts.schemas import command_schema, writer_schema

    target = folder / "staffel_contracts" / "released" / f"{VERSION}.json"
    if target.exists():
        typer.echo(f"staffel contracts: version {VERSION} is released already", err=True)
        raise typer.Exit(2)
    bundle = {
        "version": VERSION,
        "facts": {f.TYPE: writer_schema(f) for f in facts() if f.STATUS is not Status.PLANNED},
        "commands": {c.NAME: command_schema(c) for c in commands() if not c.PLANNED},
    }
    if not dry_run:
        text = json.dumps(bundle, indent=1, ensure_ascii=False) + "\n"
        target.write_text(text, encoding="utf-8")
    sizes = f"{len(bundle['facts'])} events, {len(bundle['commands'])} commands"
    typer.echo(f"{'would freeze' if dry_run else 'frozen'}: {sizes} as {VERSION}")
