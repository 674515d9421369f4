"""Codes of foreign qualifications, and of partners in the labour market."""

from staffel_contracts.codes.base import Code


class RecognitionOutcome(Code):
    """How far a foreign qualification is recognised."""

    FULL = "full", "volle Gleichwertigkeit", "full"
    PARTIAL = "partial", "teilweise Gleichwertigkeit", "partial"
    NONE = "none", "keine Gleichwertigkeit", "none"


class Sector(Code):
    """Which sector an employer belongs to (WZ 2008, coarsely)."""

    INDUSTRY = "industry", "Industrie", "industry"
    CRAFTS = "crafts", "Handwerk", "crafts"
    CARE = "care", "Pflege und Gesundheit", "care and health"
    TRADE = "trade", "Handel und Gastgewerbe", "trade and hospitality"
    TRANSPORT = "transport", "Verkehr und Logistik", "transport"
    PUBLIC = "public", "öffentlicher Dienst", "public service"
    OTHER = "other", "sonstige", "other"
