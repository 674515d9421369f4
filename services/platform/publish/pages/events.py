"""The page of an event: meaning, fields, who sees which of them and why, a sample."""

import json

from services.platform.publish.catalogue import hearers, meaning
from services.platform.publish.pages.described import field_rows
from services.platform.publish.pages.html import (
    Cell,
    Html,
    block,
    heading,
    joined,
    link,
    listed,
    page,
    paragraph,
    table,
)
from staffel_contracts.audiences import AUDIENCES
from staffel_contracts.catalogue import commands_to
from staffel_contracts.fact import Fact
from staffel_contracts.samples import fact_sample


def event_page(fact: type[Fact]) -> str:
    """The page of a fact."""
    head = ("Field", "Type", "Required")
    return page(
        fact.TYPE,
        paragraph(meaning(fact)),
        listed(_about(fact)),
        table("Fields", head, field_rows(fact, "../")),
        table("Who sees it, and why", ("Receiver", "Fields", "Basis", "Consent"), _seen(fact)),
        heading("Sample"),
        block(json.dumps(fact_sample(fact, full=True), indent=2, ensure_ascii=False)),
    )


def _about(fact: type[Fact]) -> list[tuple[str, Cell]]:
    rows: list[tuple[str, Cell]] = [
        ("Basis", fact.BASIS or "—"),
        ("Said by", fact.SAYER),
        ("Heard by", joined(hearers(fact))),
        ("Led to by", joined(_command(c.NAME) for c in commands_to(fact))),
        ("Weight", fact.WEIGHT.value),
        ("Personal data", fact.PERSONAL.en),
        ("Kept", fact.RETENTION.en),
        ("Status", fact.STATUS.en),
        ("Since", fact.SINCE),
    ]
    if fact.SUCCESSOR:
        deprecated = f"since {fact.DEPRECATED_SINCE}, successor {fact.SUCCESSOR}"
        rows.append(("Deprecated", deprecated))
    return rows


def _command(name: str) -> Html:
    return link(f"../commands/{name}.html", name)


def _seen(fact: type[Fact]) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = [
        (
            kind.en,
            joined(name for name in fact.model_fields if name in audience.fields),
            audience.basis,
            audience.consent.en if audience.consent else "—",
        )
        for kind, audience in AUDIENCES.get(fact, {}).items()
    ]
    return rows or [("nobody", "—", "—", "—")]
