"""Codes of the tasks that settling in takes."""

from staffel_contracts.codes.base import Code


class TaskKind(Code):
    """What has to be done, so that nothing fails for a missing account or card."""

    BANK_ACCOUNT = "bank-account", "Basiskonto eröffnen (§ 31 ZKG)", "open a basic account"
    HEALTH_INSURANCE = (
        "health-insurance",
        "Krankenkasse wählen (§ 175 Abs. 3 SGB V)",
        "choose a health fund",
    )
    FLAT_SEARCH = "flat-search", "Wohnung suchen", "look for a flat"
    RESIDENCE_REGISTRATION = (
        "residence-registration",
        "anmelden (§ 17 BMG)",
        "register the residence",
    )
    SCHOOL_PLACE = "school-place", "Schulplatz", "school place"
    CHILDCARE = "childcare", "Kinderbetreuung", "childcare"
    CHILD_BENEFIT = "child-benefit", "Kindergeld", "child benefit"
    MEDICAL_ACCESS = "medical-access", "Zugang zu ärztlicher Hilfe", "access to medical help"
    EVERYDAY_HELP = "everyday-help", "Hilfe im Alltag", "help in everyday life"


class OwnerRole(Code):
    """Who has a task in hand."""

    PERSON = "person", "die Person selbst", "the person"
    GUIDE = "guide", "Integrationslotsin oder -lotse", "integration guide"
    CASEWORKER = "caseworker", "Sachbearbeitung", "caseworker"


class TaskCancelReason(Code):
    """Why a task is not done any more."""

    NOT_NEEDED = "not-needed", "nicht mehr nötig", "not needed any more"
    MOVED = "moved", "verzogen", "person moved"
    DONE_ELSEWHERE = "done-elsewhere", "anderswo erledigt", "done elsewhere"
    ENTERED_IN_ERROR = "entered-in-error", "irrtümlich angelegt", "entered in error"
