"""``staffel audit``: verify bundles and proofs, offline, trusting nobody but one's own policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from staffel_contracts.cli.common import ForceOption, JsonOption, fail, refuse_target, write_json

if TYPE_CHECKING:
    from staffel_contracts.audit.findings import Report
    from staffel_contracts.audit.verify import Watch
    from staffel_contracts.tlog.policy import Judgement, Policy

_MOST_SHOWN = 20

TrustOption = Annotated[
    Path | None,
    typer.Option("--trust", metavar="POLICY", help="Whom you trust: a file as C2SP tlog-policy."),
]


def verify(
    bundle: Annotated[Path, typer.Argument(metavar="FILE", help="A bundle.")],
    since: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A checkpoint or bundle that you kept; repeatable."),
    ] = None,
    trust: TrustOption = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Signatures, trees, indexes and data hashes only.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Verify a bundle: who vouches for it, whether it is whole, whether its rules hold.

    Needs no network. Exit code 0: all holds. 2: no usable bundle. 10 to 19: the gravest finding;
    docs/audit.md lists them.
    """
    from staffel_contracts.audit.container import NotABundle
    from staffel_contracts.audit.verify import Unusable, verify_bundle

    try:
        policy = None if trust is None else trust.read_bytes()
        with _progress() as watch:
            report = verify_bundle(
                bundle, trust=policy, since=since or (), quick=quick, watch=watch
            )
    except NotABundle as error:
        fail(f"{bundle}: {error}")
    except (Unusable, OSError) as error:
        fail(str(error))
    if as_json:
        write_json(report.as_json())
    else:
        _print(report, bundle)
    raise typer.Exit(report.exit_code)


def prove(
    bundle: Annotated[Path, typer.Argument(metavar="FILE", help="A bundle.")],
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="Such as jobcenter_bridge/1042.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write; else ENTRY's name.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Take the proof of one entry out of a bundle: a file that stands for itself."""
    from staffel_contracts.audit.container import NotABundle
    from staffel_contracts.audit.proving import NoSuchEntry, prove_entry
    from staffel_contracts.files import whole

    target = out or Path(entry.replace("/", "-") + ".tlog-proof")
    try:
        if target.exists() and target.samefile(bundle):
            fail(f"{target} is the bundle itself")
        refuse_target(target, force=force)
        proof = prove_entry(bundle, entry)
        with whole(target, target.with_name(target.name + ".unfinished"), 0o644) as file:
            file.write(proof.encode())
    except NotABundle as error:
        fail(f"{bundle}: {error}")
    except (NoSuchEntry, OSError) as error:
        fail(_plain(error))
    typer.echo(target)


def _plain(error: Exception) -> str:
    """What went wrong in words, with the file that it is about."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def check(
    proof: Annotated[Path, typer.Argument(metavar="FILE", help="A proof of one entry.")],
    trust: Annotated[Path, typer.Option("--trust", metavar="POLICY", help="Whom you trust.")],
    as_json: JsonOption = False,
) -> None:
    """Check a proof of one entry, and show the entry's leaf.

    Exit code 0: it holds. 2: no proof, or no policy. 10, 11, 13, 15: as for ``verify``.
    """
    from staffel_contracts.audit.findings import Code
    from staffel_contracts.audit.lines import BadLine, attributes
    from staffel_contracts.tlog.note import Malformed, Unsigned
    from staffel_contracts.tlog.proof import read_proof
    from staffel_contracts.tlog.tree import Unproven, leaf_hash

    policy = _policy(trust)
    try:
        read = read_proof(proof.read_bytes())
        leaf = read.extra or b""
        judgement = read.verify(leaf_hash(leaf), policy)
        shown = attributes(leaf)
    except (Malformed, OSError) as error:
        fail(f"{proof}: {error}")
    except Unsigned as error:
        quorum = str(error).startswith("the quorum")
        fail(str(error), (Code.QUORUM if quorum else Code.CHECKPOINT).exit_code)
    except Unproven as error:
        fail(str(error), Code.ROOT.exit_code)
    except BadLine as error:
        fail(str(error), Code.LEAF.exit_code)
    if as_json:
        write_json({"holds": True, "leaf": shown, "cosigned": _cosigned(judgement)})
        return
    _print_leaf(shown, judgement)


def _policy(path: Path) -> "Policy":
    from staffel_contracts.tlog.policy import BadPolicy, read_policy

    try:
        return read_policy(path.read_bytes())
    except (BadPolicy, OSError) as error:
        fail(f"{path}: {error}")


def _cosigned(judgement: "Judgement") -> list[dict[str, object]]:
    return [{"witness": c.key.name, "at": c.at} for c in judgement.cosigned]


def _print_leaf(leaf: dict[str, object], judgement: "Judgement") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("attribute", "value")
    for name, value in leaf.items():
        table.add_row(name, str(value))
    Console().print(table)
    names = ", ".join(c.key.name for c in judgement.cosigned) or "nobody"
    checkpoint = judgement.signed.checkpoint
    typer.echo(f"holds: entry {leaf['index']} of {checkpoint.size}, cosigned by {names}")


@contextmanager
def _progress() -> Iterator["Watch"]:
    """A bar for each log, on standard error, if somebody looks at it."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    bars: dict[str, TaskID] = {}
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:

        def watch(service: str, size: int, more: int) -> None:
            if service not in bars:
                bars[service] = progress.add_task(service, total=size)
            progress.advance(bars[service], more)

        yield watch


def _print(report: "Report", bundle: Path) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if report.trust == "bundle":
        console.print("trust: the bundle's own policy, for which nobody vouches; use --trust")
    table = Table("log", "entries", "erased", "sealed", "opened", "since", "witnesses")
    for log in report.logs:
        counts = (log.entries, log.erased, log.sealed, log.opened)
        since = "" if log.since is None else f"{log.since:,}"
        table.add_row(log.service, *(f"{n:,}" for n in counts), since, str(len(log.cosigned)))
    console.print(table)
    for log in report.logs:
        witnesses = ", ".join(f"{c['witness']} {_moment(c['at'])}" for c in log.cosigned)
        console.print(escape(f"{log.service}: cosigned by {witnesses or 'nobody'}"), soft_wrap=True)
    for log in report.logs:
        for kind, count in log.unknown.items():
            console.print(escape(f"{log.service}: {count} entries of an unknown type {kind}"))
    if report.blind:
        console.print(f"{report.blind} cases are erased or sealed in part: rules not checked")
    for finding in report.findings[:_MOST_SHOWN]:
        place = finding.log if finding.index is None else f"{finding.log}/{finding.index}"
        console.print(escape(f"{finding.code.word}: {place}: {finding.rule}"), soft_wrap=True)
    total = report.counts.total()
    if total > _MOST_SHOWN:
        console.print(f"… {total - _MOST_SHOWN} findings more; --json gives the first thousand")
    whole = "whole logs" if report.kind == "whole" else f"a part: {dict(report.selection)}"
    verdict = "holds" if report.holds else "DOES NOT HOLD"
    console.print(escape(f"{verdict}: {bundle} ({whole}, {report.depth})"), soft_wrap=True)


def _moment(at: object) -> str:
    try:
        moment = datetime.fromtimestamp(int(str(at)), UTC)
    except (OverflowError, ValueError, OSError):
        return f"at {at}"
    return moment.isoformat(timespec="minutes")[:16] + "Z"
