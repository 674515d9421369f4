"""``staffel rules``: which rules there are, what they compute, and why a date is what it is."""

import json
import sys
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from services.casework.law.engine import Checked, Computation, Computed, RuleSet
from services.casework.law.given import GivenFacts
from services.casework.law.reading import UnreadableRules, read_rules, shipped_rules
from services.chassis.legal_calendar import OutsideCalendar, legal_date
from services.platform.given_facts import TROUBLE, read_facts
from services.platform.home import Home
from services.platform.options import DEFAULT_HOME, HomeOption, JsonOption, fail, load_home
from staffel_contracts.access import PURPOSE_HEADER
from staffel_contracts.cli.common import whole
from staffel_contracts.codes import AccessPurpose, FinalityBasis

rules_app = typer.Typer(help="The rules of law that dates follow from.", no_args_is_help=True)
RulesOption = Annotated[
    Path | None, typer.Option("--rules", help="A folder of rules instead of the shipped ones.")
]


@rules_app.command(name="list")
def list_rules(
    on: Annotated[str | None, typer.Option("--on", help="In force on this day.")] = None,
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the rules in their wordings; what is switched off, and what rests on memory, says so."""
    day = _day(on) if on else None
    rows = [row for row in _wordings(_rules(rules)) if day is None or _in_force(row, day)]
    if as_json:
        _write(rows)
        return
    columns = ("rule", "version", "kind", "norm", "valid_from", "valid_to", "status", "active")
    _show(rows, (*columns, "says"))


@rules_app.command()
def compute(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Facts as JSON; - reads a pipe.")],
    rules: RulesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute every date that facts allow, each with rule, version, norm and inputs."""
    given = read_facts(file)
    found = _computed(_rules(rules), given)
    if as_json or not sys.stdout.isatty():
        _write(found)
        return
    _show(found["dates"], ("name", "date", "rule", "version", "norm"))
    _show(found["guards"], ("name", "holds", "rule", "version", "norm"))
    names = ", ".join(sorted({name for one in found["not_computed"] for name in one["missing"]}))
    Console().print(f"more would follow from: {names}")


@rules_app.command()
def explain(
    case: Annotated[str, typer.Option("--case", help="The case, such as c-….")],
    agency: Annotated[str, typer.Option("--agency", help="Its district.")] = "district-12069",
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Show why the dates of a case are what they are: every computation, the revised ones too."""
    found = _post(load_home(home), agency, "queries/computations", {"case": case})["computations"]
    if as_json:
        _write(found)
        return
    for one in found:
        _show_computation(one)


@rules_app.command()
def publish(
    valid_from: Annotated[str, typer.Option("--valid-from", help="The day they count from.")],
    source: Annotated[str, typer.Option("--source", help="Where, such as BGBl-2025-I-91.")],
    agency: Annotated[str, typer.Option("--agency", help="Who publishes.")] = "district-12069",
    home: HomeOption = DEFAULT_HOME,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the entry.")] = False,
) -> None:
    """Record by which rules dates are computed: an entry with the digest of their files."""
    rules = shipped_rules()
    body = {
        "district": agency.rpartition("-")[2],
        "rule_set_ref": f"rules-{rules.digest[:16]}",
        "rule_ids": [rule.id for rule in rules.rules],
        "valid_from": _day(valid_from).isoformat(),
        "source": source,
        "digest": rules.digest,
    }
    if not dry_run:
        body["entries"] = _post(load_home(home), agency, "commands/publish-rule-set", body)[
            "entries"
        ]
    _write(body)


def _post(place: Home, agency: str, path: str, body: dict[str, Any]) -> Any:
    token = place.config.agency_passwords.get(agency)
    if token is None:
        fail(f"{agency} is not in the directory of this platform", TROUBLE)
    url = f"http://127.0.0.1:{place.config.ports['casework']}/{path}"
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": f"{path}/{_named(body)}",
        PURPOSE_HEADER: AccessPurpose.CASEWORK.value,
    }
    try:
        answer = httpx.post(url, json=body, headers=headers)
    except httpx.HTTPError as error:
        fail(f"casework does not answer ({type(error).__name__}); is the platform up?", TROUBLE)
    if answer.is_error:
        problem = answer.json()
        fail(f"{problem.get('code', answer.status_code)}: {problem.get('detail', '')}")
    return answer.json()


def _named(body: dict[str, Any]) -> str:
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]


def _show_computation(one: dict[str, Any]) -> None:
    console = Console()
    for line in _ends(one):
        console.print(line)
    for name, value in one["inputs"].items():
        console.print(f"  {name}: {value}")


def _ends(one: dict[str, Any]) -> list[str]:
    """An end that was computed, or that one was withdrawn."""
    replaced = f", instead of {one['replaces_end_on']}" if one["replaces_end_on"] else ""
    if one["end_on"] is None:
        return [f"{one['number']}. AsylbLG benefits go on{replaced}"]
    wording = shipped_rules().version(one["rule_id"], one["rule_version"])
    says = f"{wording.says} ({wording.norm})" if wording else ""
    return [
        f"{one['number']}. AsylbLG benefits end on {one['end_on']}{replaced}",
        f"  by {one['rule_id']}, version {one['rule_version']}: {says}",
        f"  SGB II from {one['next_start_on']}, apply by {one['last_lossfree_on']}",
    ]


def _computed(rules: RuleSet, given: GivenFacts) -> dict[str, Any]:
    run = Computation(rules, given.by_name(), given.land)
    today = given.as_of or legal_date(datetime.now(UTC))
    _check_finality(run, given)
    try:
        found = {name: run.find(name) for name in rules.names}
        guards = list(run.guards(today))
    except OutsideCalendar as error:
        fail(f"a date is outside the calendar: {error}", TROUBLE)
    return {
        "rules": rules.digest,
        "as_of": today.isoformat(),
        "dates": [_shown(one) for one in found.values() if one],
        "guards": [_judged(one) for one in guards],
        "not_computed": [
            {"name": name, "missing": run.missing(name)} for name, one in found.items() if not one
        ],
    }


def _check_finality(run: Computation, given: GivenFacts) -> None:
    """A decision that nobody contested is final only once nobody can contest it any more."""
    stated = given.finality and given.finality.basis is FinalityBasis.NO_ACTION_FILED
    on, until = stated and given.finality and given.finality.on, run.find("action_until")
    if on and until and on < until.date:
        fail("finality.on: before the period for court action is over (R03)", TROUBLE)


def _shown(one: Computed) -> dict[str, Any]:
    return {
        "name": one.name,
        "date": one.date.isoformat(),
        **one.cited._asdict(),
        **({"basis": one.basis} if one.basis else {}),
        "inputs": {name: _plain(value) for name, value in one.inputs.items()},
        "path": [f"{cite.rule}/{cite.version}" for cite in one.path],
    }


def _judged(one: Checked) -> dict[str, Any]:
    return {
        "name": one.name,
        "holds": one.holds,
        **one.cited._asdict(),
        "missing": list(one.missing),
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _rules(folder: Path | None) -> RuleSet:
    try:
        if folder is None:
            return shipped_rules()
        return read_rules({path.name: path.read_bytes() for path in folder.glob("*.toml")})
    except OSError as error:
        fail(f"{folder} cannot be read: {error.strerror}", TROUBLE)
    except UnreadableRules as error:
        fail(str(error), TROUBLE)


def _wordings(rules: RuleSet) -> list[dict[str, Any]]:
    return [
        {
            "rule": rule.id,
            "kind": rule.kind,
            "version": one.version,
            "says": one.says,
            "norm": one.norm,
            "valid_from": one.valid_from.isoformat(),
            "valid_to": one.valid_to.isoformat() if one.valid_to else None,
            "source": one.source,
            "status": one.status,
            "active": one.active,
            "gives": sorted({way.date for way in one.gives} | {g.guard for g in one.guards}),
        }
        for rule in rules.rules
        for one in rule.wording
    ]


def _in_force(row: dict[str, Any], day: date) -> bool:
    until = row["valid_to"] or "9999-12-31"
    return bool(row["active"]) and row["valid_from"] <= day.isoformat() <= until


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--on: {text!r} is no date; one looks like 2026-11-24", TROUBLE)


def _write(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def _show(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    table = Table(whole(columns[0]), *columns[1:])
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in columns))
    Console().print(table)
