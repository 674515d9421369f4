"""How a field is described: its type, its code list, whether it must be there."""

from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from services.platform.publish.pages.html import Cell, Html, code, joined, link
from staffel_contracts.codes import Code


def field_rows(model: type[BaseModel], root: str) -> list[tuple[Cell, ...]]:
    """One row per field of a fact or a command: name, type, whether it must be there."""
    return [
        (name_of(name, root), type_of(field, root), "yes" if field.is_required() else "no")
        for name, field in model.model_fields.items()
    ]


def name_of(name: str, root: str) -> Html:
    """The name of a fact's field as a link to its page."""
    return link(f"{root}fields/{name}.html", name)


def type_of(field: FieldInfo, root: str = "../") -> Html:
    """The type of a field; code lists are links."""
    lists = [t for t in _types(field.annotation) if isinstance(t, type) and issubclass(t, Code)]
    if lists:
        return joined(link(f"{root}codes/{c.__name__}.html", c.__name__) for c in lists)
    names = [t.__name__ for t in _types(field.annotation) if isinstance(t, type)]
    return joined(code(name) for name in dict.fromkeys(names) if name != "NoneType")


def _types(annotation: object) -> list[object]:
    """A type and those it is made of, such as both of a dictionary's."""
    arguments = [a for argument in get_args(annotation) for a in _types(argument)]
    return arguments or [annotation]
