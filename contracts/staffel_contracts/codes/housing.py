"""Codes of moving out and of housing costs."""

from staffel_contracts.codes.base import Code


class MoveOutBlocker(Code):
    """What keeps a person from moving out."""

    NO_FLAT = "no-flat", "keine Wohnung gefunden", "no flat found"
    NO_ASSURANCE = "no-assurance", "Zusicherung fehlt", "no assurance"
    FAMILY_SIZE = "family-size", "Haushaltsgröße", "size of the household"
    RESIDENCE_RULE = "residence-rule", "Wohnsitzregelung", "residence rule"


class RentBand(Code):
    """How high a rent is; no amount, for the band is enough."""

    WITHIN = "within", "angemessen", "within the limit"
    ABOVE = "above", "über der Angemessenheitsgrenze", "above the limit"
    UNKNOWN = "unknown", "nicht bekannt", "not known"


class AssuranceRefusalReason(Code):
    """Why housing costs are not assured."""

    TOO_EXPENSIVE = "too-expensive", "nicht angemessen", "too expensive"
    NOT_NEEDED = "not-needed", "Umzug nicht erforderlich", "move not needed"
    NOT_COMPETENT = "not-competent", "nicht zuständig", "not competent"
    INCOMPLETE = "incomplete", "Unterlagen fehlen", "papers are missing"
