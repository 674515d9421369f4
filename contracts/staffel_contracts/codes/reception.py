"""Codes of reception: interpreting, households, accommodation, possible duplicates."""

from staffel_contracts.codes.base import Code


class InterpreterMode(Code):
    """How interpreting is to be done."""

    ON_SITE = "on-site", "vor Ort", "on site"
    TELEPHONE = "telephone", "am Telefon", "by telephone"
    VIDEO = "video", "per Video", "by video"


class HouseholdKind(Code):
    """Who lives together."""

    SINGLE = "single", "alleinstehend", "single"
    FAMILY = "family", "Familie", "family"
    SINGLE_PARENT = "single-parent", "alleinerziehend", "single parent"
    OTHER = "other", "sonstige Haushaltsgemeinschaft", "other household"


class DuplicateOutcome(Code):
    """What came of a possible duplicate."""

    SAME_PERSON = "same-person", "dieselbe Person", "the same person"
    DIFFERENT_PERSONS = "different-persons", "verschiedene Personen", "different persons"
    UNDECIDED = "undecided", "nicht zu klären", "cannot be settled"


class AccommodationKind(Code):
    """How people are housed."""

    SHARED = "shared", "Gemeinschaftsunterkunft (§ 53 AsylG)", "shared accommodation"
    FLAT = "flat", "dezentrale Wohnung", "flat"
    TRANSITIONAL = "transitional", "Übergangswohnung", "transitional flat"


class AcquisitionKind(Code):
    """How the district came by an accommodation."""

    BOUGHT = "bought", "gekauft", "bought"
    RENTED = "rented", "angemietet", "rented"
    BUILT = "built", "gebaut", "built"


class RetirementReason(Code):
    """Why an accommodation is given up."""

    LEASE_ENDED = "lease-ended", "Mietvertrag beendet", "lease ended"
    SOLD = "sold", "verkauft", "sold"
    CLOSED = "closed", "geschlossen", "closed"


class MatchReason(Code):
    """Why a person got just this place."""

    FAMILY = "family", "Familienzusammenhalt", "family"
    SHARED_PROFESSION = (
        "shared-profession",
        "gemeinsamer beruflicher Hintergrund",
        "shared profession",
    )
    CAPACITY = "capacity", "freier Platz", "free place"
