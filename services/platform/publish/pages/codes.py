"""The page of a code list: each code with its labels, and the events that use it."""

from services.platform.publish.catalogue import meaning
from services.platform.publish.pages.html import code, page, paragraph, table
from staffel_contracts.codes import Code


def code_page(codes: type[Code]) -> str:
    """The page of a code list."""
    rows = ((code(c.value), c.de, c.en) for c in codes)
    listed = table("Codes", ("Code", "Deutsch", "English"), rows)
    return page(codes.__name__, paragraph(meaning(codes)), listed)
