"""``staffel witness``: cosign the checkpoints of logs that only grow."""

import signal
import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from staffel_contracts.cli.common import JsonOption, fail, write_json

witness_app = typer.Typer(
    name="witness", help="Cosign the checkpoints of logs that only grow.", no_args_is_help=True
)
FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="Key and state.")]


@witness_app.callback()
def _witness() -> None:
    """Cosign the checkpoints of logs that only grow."""


@witness_app.command()
def init(
    folder: FolderArgument,
    name: Annotated[str, typer.Option(help="A name of your own, such as jobcenter.example/w1.")],
    log: Annotated[
        list[str] | None, typer.Option(metavar="VKEY", help="A log's public key; repeatable.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and the list of the logs to watch; prints the line for policies."""
    from staffel_contracts.tlog.keys import BadKey, read_vkey
    from staffel_contracts.tlog.witness import Unusable, create_witness

    try:
        key = create_witness(folder, name, [read_vkey(text) for text in log or ()])
    except (BadKey, Unusable, OSError) as error:
        fail(str(error))
    _show(key.text(), as_json=as_json)


@witness_app.command()
def add(
    folder: FolderArgument,
    log: Annotated[list[str], typer.Option(metavar="VKEY", help="A log's public key; repeatable.")],
) -> None:
    """Know one more log, or a new key of a log, from the next start on; not while it runs."""
    from staffel_contracts.tlog.keys import BadKey, read_vkey
    from staffel_contracts.tlog.witness import Unusable, add_log

    try:
        for one in [read_vkey(text) for text in log]:
            add_log(folder, one)
            typer.echo(f"{one.name}: known")
    except (BadKey, Unusable, OSError) as error:
        fail(str(error))


@witness_app.command()
def key(folder: FolderArgument, as_json: JsonOption = False) -> None:
    """Print the public key."""
    from staffel_contracts.tlog.witness import Unusable, read_key

    try:
        _show(read_key(folder).verifier.text(), as_json=as_json)
    except Unusable as error:
        fail(str(error))


@witness_app.command()
def run(
    folder: FolderArgument,
    listen: Annotated[str, typer.Option(metavar="HOST:PORT")] = "127.0.0.1:8620",
) -> None:
    """Answer ``POST /add-checkpoint`` until Ctrl-C or SIGTERM (C2SP tlog-witness)."""
    from staffel_contracts.tlog.witness import Unusable, Witness
    from staffel_contracts.tlog.witness_http import serve

    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal():
        fail(f"{listen}: HOST:PORT is expected")
    try:
        witness = Witness(folder, lambda: int(time.time()))
        server = serve(witness, host, int(port))
    except (Unusable, OSError, OverflowError) as error:
        fail(str(error))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    typer.echo(f"witness: http://{host}:{server.server_address[1]}/ (Ctrl-C ends it)")
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    witness.close()


def _show(vkey: str, *, as_json: bool) -> None:
    if as_json:
        write_json({"vkey": vkey})
    else:
        typer.echo(vkey)
