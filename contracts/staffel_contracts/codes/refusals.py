"""Why a command or a query was not carried out."""

from staffel_contracts.codes.base import Code


class RefusalCode(Code):
    """Stable codes of problem documents: why a command was not carried out."""

    MALFORMED = "malformed", "nicht lesbar", "not readable"
    INVALID = "invalid", "Feld ungültig", "a field is not valid"
    TOO_LARGE = "too-large", "zu groß", "too large"
    TOO_SLOW = "too-slow", "kommt zu langsam", "arrives too slowly"
    METHOD_NOT_ALLOWED = "method-not-allowed", "Methode nicht erlaubt", "method not allowed"
    UNKNOWN_COMMAND = "unknown-command", "Befehl unbekannt", "unknown command"
    UNKNOWN_QUERY = "unknown-query", "Abfrage unbekannt", "unknown query"
    UNAUTHENTICATED = "unauthenticated", "nicht angemeldet", "not authenticated"
    UNKNOWN_AGENCY = "unknown-agency", "Behörde unbekannt", "unknown agency"
    AGENCY_MAY_NOT = "agency-may-not", "Behörde nicht befugt", "the agency may not do this"
    ROLE_MAY_NOT = "role-may-not", "Rolle nicht befugt", "the role may not do this"
    PURPOSE_MISSING = "purpose-missing", "Zweck fehlt oder trägt nicht", "a purpose is missing"
    TOKEN_INVALID = "token-invalid", "Token ungültig", "the token is not valid"
    TOKEN_EXPIRED = "token-expired", "Token abgelaufen", "the token has expired"
    TOKEN_AUDIENCE = (
        "token-audience",
        "Token nicht für uns",
        "the token is for another service",
    )
    TOO_MANY_REQUESTS = "too-many-requests", "zu viele Anfragen", "too many requests"
    KEY_MISSING = "key-missing", "Idempotency-Key fehlt", "the Idempotency-Key is missing"
    KEY_REUSED = (
        "key-reused",
        "Idempotency-Key mit anderem Inhalt benutzt",
        "the Idempotency-Key was used with another body",
    )
    NOT_FOUND = "not-found", "nicht gefunden", "not found"
    CASE_PARKED = "case-parked", "Fall angehalten", "the case is parked"
    SUBJECT_ERASED = "subject-erased", "Person gelöscht", "the person was erased"
    LEGAL_HOLD = "legal-hold", "Löschsperre", "a legal hold stands against it"
    PROCESSING_RESTRICTED = (
        "processing-restricted",
        "Verarbeitung eingeschränkt",
        "processing is restricted",
    )
    PERSON_NOT_INFORMED = (
        "person-not-informed",
        "Person nicht unterrichtet",
        "the person was not told before",
    )
    UNAVAILABLE = "unavailable", "zur Zeit nicht verfügbar", "not available now"
    MAINTENANCE = (
        "maintenance",
        "Wartung, Befehle später wieder möglich",
        "maintenance: ask again later",
    )
    BROKEN = "broken", "interner Fehler", "internal error"
    PERSON_ALREADY_ADMITTED = (
        "person-already-admitted",
        "Aktenzeichen bereits vergeben",
        "the file reference is taken",
    )
    PERSON_NOT_ADMITTED = "person-not-admitted", "Person nicht aufgenommen", "person not admitted"
    BIRTH_AFTER_ADMISSION = (
        "birth-after-admission",
        "Geburt nach der Aufnahme",
        "born after the admission",
    )
    DECISION_BEFORE_ARRIVAL = (
        "decision-before-arrival",
        "Entscheidung vor der Ankunft",
        "decided before the arrival",
    )
    SERVED_BEFORE_DECIDED = (
        "served-before-decided",
        "Zustellung vor der Entscheidung",
        "served before it was decided",
    )
    DATE_IN_FUTURE = "date-in-future", "Datum in der Zukunft", "the date lies in the future"
    DECISION_ALREADY_RECORDED = (
        "decision-already-recorded",
        "Entscheidung bereits erfasst",
        "a decision is recorded already",
    )
    NO_DECISION = "no-decision", "keine Entscheidung erfasst", "no decision is recorded"
    IMPLAUSIBLE_DATES = "implausible-dates", "Daten unstimmig", "the dates contradict each other"
    ALREADY_FINAL = "already-final", "bereits unanfechtbar", "final already"
    NO_HANDOFF = "no-handoff", "keine Übergabe", "there is no handoff"
    HANDOFF_OTHER = "handoff-other", "andere Übergabe offen", "another handoff is meant"
    HANDOFF_OPEN = "handoff-open", "Übergabe noch offen", "a handoff is open"
    ILLEGAL_TRANSITION = (
        "illegal-transition",
        "in diesem Zustand nicht möglich",
        "not possible in this state",
    )
    NOT_THE_RECEIVER = "not-the-receiver", "nicht die Empfängerin", "not the receiving agency"
    NOT_THE_SENDER = "not-the-sender", "nicht die Absenderin", "not the sending agency"
    CONSENT_MISSING = "consent-missing", "Einwilligung fehlt", "a consent is missing"
    STATUS_ONLY = (
        "status-only",
        "nach Abschluss nur noch der Stand",
        "after completion the status only",
    )
    DIGEST_DIFFERS = "digest-differs", "Prüfsumme weicht ab", "the digest differs"
    TOO_MANY_ROUNDS = "too-many-rounds", "zu viele Rückfragen", "too many questions"
    NEEDS_LEAD = "needs-lead", "nur durch die Leitung", "a lead has to do this"
    FORWARD_LOOP = (
        "forward-loop",
        "Stelle hatte die Übergabe schon",
        "the agency had the handoff before",
    )
    NOT_RESUBMITTABLE = (
        "not-resubmittable",
        "nicht erneut übergebbar",
        "cannot be handed over again",
    )
    FIELD_NEVER_LEAVES = (
        "field-never-leaves",
        "Angabe darf nicht übermittelt werden",
        "the field never leaves",
    )
    CLAIM_EXCLUDED = (
        "claim-excluded",
        "Anspruch ausgeschlossen (§ 111 SGB X)",
        "the claim is excluded",
    )
    NOT_RESPONSIBLE = "not-responsible", "nicht zuständig", "not the responsible agency"
    ALREADY_ENROLLED = "already-enrolled", "bereits angemeldet", "enrolled already"
    NOT_ENROLLED = "not-enrolled", "nicht angemeldet", "not enrolled"
    ALREADY_STARTED = "already-started", "bereits begonnen", "started already"
    ALREADY_NOTIFIED = "already-notified", "bereits gemeldet", "notified already"
