"""Codes of language courses."""

from staffel_contracts.codes.base import Code


class LanguageLevel(Code):
    """A level of the Common European Framework of Reference."""

    A1 = "A1", "A1", "A1"
    A2 = "A2", "A2", "A2"
    B1 = "B1", "B1", "B1"
    B2 = "B2", "B2", "B2"
    C1 = "C1", "C1", "C1"
