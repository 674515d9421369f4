"""The catalogue as static pages: one per event, command, field and code list; they work offline."""

from collections.abc import Iterator
from itertools import groupby

from services.platform.publish.catalogue import meaning
from services.platform.publish.pages.codes import code_page
from services.platform.publish.pages.events import event_page
from services.platform.publish.pages.fields import field_page
from services.platform.publish.pages.html import STYLE, joined, link, page, paragraph, table
from services.platform.publish.pages.wishes import command_page
from staffel_contracts.catalogue import code_lists, commands, facts
from staffel_contracts.release import VERSION


def pages() -> dict[str, str]:
    """Every page by its path."""
    return dict(_pages())


def _pages() -> Iterator[tuple[str, str]]:
    names = sorted({name for fact in facts() for name in fact.model_fields})
    yield "style.css", STYLE
    yield "index.html", _events()
    yield "commands.html", _commands()
    yield "fields.html", _fields(names)
    yield "codes.html", _codes()
    for fact in facts():
        yield f"events/{fact.TYPE}.html", event_page(fact)
    for command in commands():
        yield f"commands/{command.NAME}.html", command_page(command)
    for name in names:
        yield f"fields/{name}.html", field_page(name)
    for codes in code_lists():
        yield f"codes/{codes.__name__}.html", code_page(codes)


def _events() -> str:
    by_sayer = groupby(sorted(facts(), key=lambda f: (f.SAYER, f.TYPE)), key=lambda f: f.SAYER)
    tables = [
        table(
            f"{sayer} says",
            ("Event", "Meaning", "Weight", "Status"),
            (
                (link(f"events/{f.TYPE}.html", f.TYPE), meaning(f), f.WEIGHT.value, f.STATUS.value)
                for f in said
            ),
        )
        for sayer, said in by_sayer
    ]
    about = paragraph(
        f"Version {VERSION}. Every event is said by one service, once. An agency receives those "
        "that concern it, reduced to the fields that its audience allows."
    )
    return page("Events", about, *tables, root="")


def _commands() -> str:
    rows = (
        (
            link(f"commands/{c.NAME}.html", c.NAME),
            meaning(c),
            c.SERVICE,
            joined(sorted(kind.value for kind in c.MAY)),
            "planned" if c.PLANNED else "decided",
        )
        for c in commands()
    )
    head = ("Command", "Meaning", "Decided by", "May be sent by", "Status")
    return page("Commands", table("What can be asked", head, rows), root="")


def _fields(names: list[str]) -> str:
    rows = (
        (
            link(f"fields/{name}.html", name),
            joined(
                link(f"events/{fact.TYPE}.html", fact.TYPE)
                for fact in facts()
                if name in fact.model_fields
            ),
        )
        for name in names
    )
    return page("Fields", table("Who uses which field", ("Field", "Events"), rows), root="")


def _codes() -> str:
    rows = (
        (link(f"codes/{c.__name__}.html", c.__name__), meaning(c), str(len(c)))
        for c in code_lists()
    )
    return page("Codes", table("Code lists", ("List", "Meaning", "Codes"), rows), root="")
