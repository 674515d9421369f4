"""The page of a field: in which events it stands, who sees it there, and why."""

from services.platform.publish.pages.described import type_of
from services.platform.publish.pages.html import joined, link, page, table
from staffel_contracts.catalogue import facts, sights


def field_page(name: str) -> str:
    """The page of a field, over all events that have it."""
    having = [fact for fact in facts() if name in fact.model_fields]
    used = (
        (link(f"../events/{fact.TYPE}.html", fact.TYPE), type_of(fact.model_fields[name]))
        for fact in having
    )
    seen = [
        (
            sight.kind.en,
            link(f"../events/{sight.fact.TYPE}.html", sight.fact.TYPE),
            sight.basis,
            sight.consent.en if sight.consent else "—",
        )
        for sight in sorted(sights(name), key=lambda s: (s.kind.value, s.fact.TYPE))
    ]
    head = ("Receiver", "Event", "Basis", "Consent")
    return page(
        name,
        table("Where it stands", ("Event", "Type"), used),
        table("Who sees it, and why", head, seen or [("nobody", joined([]), "—", "—")]),
    )
