"""``staffel catalogue`` and ``staffel explain``: what there is, what it means, and who sees it."""

from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo
from rich.console import Console
from rich.table import Table

from staffel_contracts.catalogue import code_lists, commands_to, facts, sights
from staffel_contracts.cli.common import FINDING, JsonOption, fail, whole, write_json
from staffel_contracts.codes import Code, RefusalCode
from staffel_contracts.fact import FACTS, Fact
from staffel_contracts.problem import problem


class Explained(NamedTuple):
    """One code in one list."""

    list: str
    code: str
    de: str
    en: str
    http_status: int | None
    about: str


def catalogue(
    wanted: Annotated[
        str | None, typer.Argument(metavar="[TYPE|TYPE.FIELD]", help="Such as course-started.v1.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List all events; or show one, its fields, and who sees which field on which basis."""
    if wanted is None:
        _list(as_json=as_json)
        return
    fact, field = _found(wanted)
    document = described(fact, field)
    if as_json:
        write_json(document)
    else:
        _show(document)


def explain(
    code: Annotated[str, typer.Argument(help="A code, or the name of a list of codes.")],
    as_json: JsonOption = False,
) -> None:
    """Say what a code means: a refusal, a reason, a title, in German and English."""
    found = explained(code)
    if not found:
        known = {member.value for codes in code_lists() for member in codes}
        fail(f"no list has the code {code[:80]!r}{_close(code, known)}", FINDING)
    if as_json:
        write_json([one._asdict() for one in found])
        return
    table = Table("list", whole("code"), "Deutsch", "English", "HTTP", "what the list is")
    for one in found:
        status = str(one.http_status or "")
        table.add_row(one.list, one.code, one.de, one.en, status, one.about)
    Console().print(table)


def explained(code: str) -> list[Explained]:
    """The code in every list that has it; or all codes of the list of this name."""
    return [
        Explained(
            list=codes.__name__,
            code=member.value,
            de=member.de,
            en=member.en,
            http_status=problem(member).status if isinstance(member, RefusalCode) else None,
            about=_first_line(codes),
        )
        for codes in code_lists()
        for member in codes
        if code in (member.value, codes.__name__)
    ]


def described(fact: type[Fact], field: str | None = None) -> dict[str, Any]:
    """All that is to be said about an event, or about one of its fields."""
    names = [field] if field else list(fact.model_fields)
    return {
        "type": fact.TYPE,
        "about": " ".join((fact.__doc__ or "").split()),
        "said_by": fact.SAYER,
        "weight": fact.WEIGHT.value,
        "basis": fact.BASIS,
        "valid_on": fact.VALID_ON,
        "status": fact.STATUS.value,
        "since": fact.SINCE,
        "deprecated_since": fact.DEPRECATED_SINCE,
        "successor": fact.SUCCESSOR,
        "commands": [command.NAME for command in commands_to(fact)],
        "fields": [_field(fact, name, fact.model_fields[name]) for name in names],
    }


def _field(fact: type[Fact], name: str, info: FieldInfo) -> dict[str, Any]:
    codes = _codes_in(info.annotation)
    return {
        "name": name,
        "type": _type(info.annotation),
        "required": info.is_required(),
        "codes": [{"code": c.value, "de": c.de, "en": c.en} for c in codes or ()],
        "seen_by": [
            {"kind": s.kind.value, "basis": s.basis, "consent": s.consent and s.consent.value}
            for s in sights(name)
            if s.fact is fact
        ],
    }


def _list(*, as_json: bool) -> None:
    rows = [
        {"type": f.TYPE, "said_by": f.SAYER, "weight": f.WEIGHT.value, "about": _first_line(f)}
        for f in facts()
    ]
    if as_json:
        write_json(rows)
        return
    table = Table(whole("event"), "said by", "weight", "what happened")
    for row in rows:
        table.add_row(*row.values())
    Console().print(table)


def _show(document: dict[str, Any]) -> None:
    console = Console()
    table = Table(show_header=False)
    for name, value in document.items():
        if name != "fields" and value:
            table.add_row(
                name.replace("_", " "), ", ".join(value) if isinstance(value, list) else value
            )
    console.print(table)
    fields = Table(whole("field"), "type", "required", "seen by")
    for field in document["fields"]:
        seen = "\n".join(map(_sight, field["seen_by"])) or "nobody"
        required = "yes" if field["required"] else "no"
        fields.add_row(field["name"], field["type"], required, seen)
    console.print(fields)
    _show_codes(console, document["fields"])


def _show_codes(console: Console, fields: list[dict[str, Any]]) -> None:
    table = Table("field", whole("code"), "Deutsch", "English")
    for field in fields:
        for one in field["codes"]:
            table.add_row(field["name"], one["code"], one["de"], one["en"])
    if table.row_count:
        console.print(table)


def _sight(seen: dict[str, Any]) -> str:
    consent = f", with consent {seen['consent']}" if seen["consent"] else ""
    return f"{seen['kind']} ({seen['basis']}{consent})"


def _found(wanted: str) -> tuple[type[Fact], str | None]:
    """The event and the field that are meant; the version may be left out: the latest is meant."""
    fact = _event(wanted)
    if fact is not None:
        return fact, None
    name, _, field = wanted.rpartition(".")
    fact = _event(name)
    if fact is None:
        known = {*FACTS, *(one.NAME for one in FACTS.values())}
        fail(f"there is no event {wanted[:80]!r}{_close(name or wanted, known)}", FINDING)
    if field not in fact.model_fields:
        fail(
            f"{fact.TYPE} has no field {field[:80]!r}; it has {', '.join(fact.model_fields)}",
            FINDING,
        )
    return fact, field


def _event(name: str) -> type[Fact] | None:
    versions = [fact for fact in FACTS.values() if name == fact.NAME]
    return FACTS.get(name) or max(versions, key=lambda fact: fact.VERSION, default=None)


def _codes_in(annotation: Any) -> type[Code] | None:
    if isinstance(annotation, type) and issubclass(annotation, Code):
        return annotation
    return next(filter(None, map(_codes_in, get_args(annotation))), None)


def _type(annotation: Any) -> str:
    """A type as one writes it: ``date``, ``SheetField[]``, ``str or none``."""
    inner = [_type(one) for one in get_args(annotation) if one not in (NoneType, Ellipsis)]
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return " or ".join([*inner, "none"] if NoneType in get_args(annotation) else inner)
    if origin is Annotated:
        return _type(get_args(annotation)[0])
    if origin in (tuple, list, frozenset, set):
        return f"{inner[0]}[]"
    if origin is dict:
        return f"{inner[0]} → {inner[1]}"
    return getattr(annotation, "__name__", str(annotation))


def _first_line(thing: type) -> str:
    return (thing.__doc__ or "").strip().split("\n")[0]


def _close(wanted: str, known: set[str]) -> str:
    near = get_close_matches(wanted, known, n=3)
    return f"; near to it: {', '.join(near)}" if near else ""
