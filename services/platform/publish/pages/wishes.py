"""The page of a command: who may send it, its fields, the events that it leads to, a sample."""

import json

from services.platform.publish.catalogue import meaning
from services.platform.publish.pages.described import type_of
from services.platform.publish.pages.html import (
    block,
    heading,
    joined,
    link,
    listed,
    page,
    paragraph,
    table,
)
from staffel_contracts.catalogue import facts
from staffel_contracts.codes import Role
from staffel_contracts.command import Command
from staffel_contracts.samples import command_sample


def command_page(command: type[Command]) -> str:
    """The page of a command."""
    led_to = [fact for fact in facts() if fact.NAME in command.LEADS_TO]
    about = (
        ("Decided by", command.SERVICE + (" (planned)" if command.PLANNED else "")),
        ("May be sent by", joined(sorted(kind.en for kind in command.MAY))),
        ("In the role", joined(role.en for role in Role if role in command.ROLES)),
        ("About", command.SCOPE.value if command.SCOPE else ""),
        ("Leads to", joined(link(f"../events/{fact.TYPE}.html", fact.TYPE) for fact in led_to)),
    )
    rows = (
        (name, type_of(field), "yes" if field.is_required() else "no")
        for name, field in command.model_fields.items()
    )
    return page(
        command.NAME,
        paragraph(meaning(command)),
        listed(about),
        table("Fields", ("Field", "Type", "Required"), rows),
        heading("Sample"),
        block(json.dumps(command_sample(command, full=True), indent=2, ensure_ascii=False)),
    )
