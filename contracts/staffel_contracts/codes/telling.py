"""Codes of telling: notices beyond mail, subscribers, audit."""

from staffel_contracts.codes.base import Code


class RecipientKind(Code):
    """Whom a notice is for."""

    AGENCY = "agency", "Behörde", "agency"
    PERSON = "person", "die Person selbst", "the person"
    GUIDE = "guide", "Integrationslotsin oder -lotse", "integration guide"


class SuppressReason(Code):
    """Why a notice was not sent although something happened."""

    NO_ADDRESS = "no-address", "keine Adresse hinterlegt", "no address known"
    OPTED_OUT = "opted-out", "abbestellt", "opted out"
    BLOCKED = "blocked", "Auskunftssperre", "blocked address"
    OUTDATED = "outdated", "überholt", "outdated meanwhile"
    CONSENT_MISSING = "consent-missing", "keine Einwilligung", "no consent"
    NOBODY_LEFT = "nobody-left", "niemand mehr zu unterrichten", "nobody left to tell"


class CallbackFault(Code):
    """Why a call to a subscriber's address failed."""

    UNREACHABLE = "unreachable", "nicht erreichbar", "unreachable"
    TIMED_OUT = "timed-out", "keine Antwort in der Zeit", "timed out"
    REFUSED = "refused", "abgewiesen", "refused"
    SERVER_ERROR = "server-error", "Fehler beim Empfänger", "error at the receiver"


class ReplayFinding(Code):
    """In what a replay of the log differs from what was kept."""

    STATE_DIFFERS = "state-differs", "Zustand weicht ab", "the state differs"
    ROOT_DIFFERS = "root-differs", "Wurzel weicht ab", "the root differs"
    ENTRY_MISSING = "entry-missing", "Eintrag fehlt", "an entry is missing"
    ENTRY_UNREADABLE = "entry-unreadable", "Eintrag nicht lesbar", "an entry cannot be read"


class LetterTemplate(Code):
    """What a letter tells the person."""

    BENEFITS_END = "benefits-end", "Leistungen enden, Antrag stellen", "benefits end, apply"
    BENEFITS_CONTINUE = "benefits-continue", "Leistungen laufen weiter", "benefits go on"
    HANDED_OVER = "handed-over", "Unterlagen weitergegeben", "papers passed on"
    INFORMATION_MISSING = "information-missing", "Angaben fehlen", "information is missing"
    ACCEPTED = "accepted", "neue Stelle hat zugesagt", "the new office agreed"
    REJECTED = "rejected", "Stelle hat nicht zugesagt", "the office did not agree"
    STAYS = "stays", "wir bleiben zuständig", "we stay responsible"
    BENEFITS_START = "benefits-start", "Geld kommt", "money comes"
    DAYS_WITHOUT_BENEFITS = (
        "days-without-benefits",
        "Tage ohne Leistung, Vorschuss",
        "days without benefits, advance",
    )
    RESTRICTION_ENDS = (
        "restriction-ends",
        "Einschränkung der Verarbeitung endet",
        "restriction of processing ends",
    )
