"""Code lists: each code with its German and English label."""

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A code that knows its labels in the two languages that officials read."""

    de: str
    en: str

    def __new__(cls, value: str, de: str = "", en: str = "") -> Self:
        """Make a member of ``value`` with its labels."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.de, member.en = de, en
        return member


class AgencyKind(Code):
    """What an agency is, and so what it may do."""

    DISTRICT = "district", "Landkreis oder kreisfreie Stadt", "district"
    JOBCENTER = "jobcenter", "Jobcenter", "jobcenter"
    SOCIAL_ASSISTANCE = "social-assistance", "Sozialhilfeträger", "social assistance office"
    IMMIGRATION_OFFICE = "immigration-office", "Ausländerbehörde", "immigration office"


class ResponsibilityDomain(Code):
    """What an agency is responsible for; one handoff moves one domain of one person."""

    BENEFITS = "benefits", "Leistungen zum Lebensunterhalt", "benefits"


class CaseReason(Code):
    """Why a case was opened."""

    ASSIGNED = "assigned", "Zuweisung an den Landkreis", "assignment to the district"
    MOVED_IN = "moved-in", "Zuzug", "moved in"


class CaseStep(Code):
    """How far the district has come with a case, up to the handover sheet."""

    OPEN = "open", "offen", "open"
    RECOGNISED = "recognised", "anerkannt", "recognised"
    FINAL = "final", "unanfechtbar", "final"
    END_KNOWN = "end-known", "Leistungsende bekannt", "end of benefits known"
    SHEET_COMPLETED = "sheet-completed", "Übergabebogen fertig", "handover sheet completed"


class ProtectionKind(Code):
    """Which protection was granted."""

    ASYLUM_ART16A = "asylum_art16a", "Asylberechtigung (Art. 16a GG)", "entitlement to asylum"
    REFUGEE_S3 = "refugee_s3", "Flüchtlingseigenschaft (§ 3 AsylG)", "refugee status"
    SUBSIDIARY_S4 = "subsidiary_s4", "subsidiärer Schutz (§ 4 AsylG)", "subsidiary protection"
    REMOVAL_BAN = (
        "removal_ban_s60_5_7",
        "Abschiebungsverbot (§ 60 Abs. 5, 7 AufenthG)",
        "removal ban",
    )
    TEMPORARY_S24 = (
        "temporary_s24",
        "vorübergehender Schutz (§ 24 AufenthG)",
        "temporary protection",
    )


class TitleCode(Code):
    """Residence titles by their paragraph."""

    S25_1 = "s25-1", "Aufenthaltserlaubnis nach § 25 Abs. 1 AufenthG", "residence permit § 25 (1)"
    S25_2 = "s25-2", "Aufenthaltserlaubnis nach § 25 Abs. 2 AufenthG", "residence permit § 25 (2)"
    S25_3 = "s25-3", "Aufenthaltserlaubnis nach § 25 Abs. 3 AufenthG", "residence permit § 25 (3)"
    S24 = "s24", "Aufenthaltserlaubnis nach § 24 AufenthG", "residence permit § 24"


class FinalityBasis(Code):
    """Why a decision can no longer be contested."""

    NO_ACTION_FILED = "no-action-filed", "Klagefrist abgelaufen", "no action filed in time"
    WAIVER = "waiver", "Rechtsmittelverzicht", "waiver"
    COURT = "court", "rechtskräftige Gerichtsentscheidung", "final court decision"
    PARTIAL = "partial", "teilweise bestandskräftig", "final as to the part that was granted"


class DeliveryChannel(Code):
    """How a handoff reached the receiver."""

    FEED = "feed", "Ereignisstrom der Behörde", "the agency's event feed"
    HTTP = "http", "Abruf über HTTP", "fetched over HTTP"
    PRINT = "print", "Ausdruck", "printed sheet"


class HandoffStatus(Code):
    """Where a handoff stands; rejected and expired ones may be followed by a new, linked one."""

    NONE = "none", "keine Übergabe", "no handoff"
    SUBMITTED = "submitted", "übermittelt", "submitted"
    DELIVERED = "delivered", "eingegangen", "delivered"
    ACKNOWLEDGED = "acknowledged", "in Bearbeitung genommen", "taken up"
    INFORMATION_REQUESTED = "information-requested", "Rückfrage offen", "question open"
    ACCEPTED = "accepted", "angenommen", "accepted"
    IN_EFFECT = "in-effect", "wirksam", "in effect"
    COMPLETED = "completed", "abgeschlossen", "completed"
    REJECTED = "rejected", "abgelehnt", "rejected"
    EXPIRED = "expired", "unbeantwortet abgelaufen", "expired unanswered"


class RejectReason(Code):
    """Why a receiver rejects a handoff; each drives the next step."""

    NOT_COMPETENT_LOCAL = "not-competent-local", "örtlich nicht zuständig", "not competent locally"
    NOT_COMPETENT_SUBJECT = (
        "not-competent-subject",
        "sachlich nicht zuständig",
        "not competent for the subject",
    )
    INCOMPLETE = "incomplete", "unvollständig", "incomplete"
    IDENTITY_UNCLEAR = "identity-unclear", "Identität ungeklärt", "identity unclear"
    DUPLICATE = "duplicate", "doppelt übergeben", "duplicate"
    ALREADY_WITH_US = "already-with-us", "bereits in unserem Bezug", "already with us"
    NOT_ABLE_TO_WORK = "not-able-to-work", "nicht erwerbsfähig", "not able to work"
    OVER_AGE = "over-age", "Altersgrenze überschritten (§ 7a SGB II)", "over age"
    NO_NEED = "no-need", "nicht hilfebedürftig", "no need"
    EXCLUDED_TRAINING = "excluded-training", "Ausbildung (§ 7 Abs. 5 SGB II)", "excluded: training"
    STILL_ASYLBENS_ENTITLED = (
        "still-asylbens-entitled",
        "noch leistungsberechtigt nach AsylbLG",
        "still entitled under the AsylbLG",
    )
    PERSON_MOVED = "person-moved", "verzogen", "person moved"
    PERSON_DECLINED = "person-declined", "von der Person abgelehnt", "person declined"
    NO_LEGAL_BASIS_FOR_DATA = (
        "no-legal-basis-for-data",
        "keine Rechtsgrundlage für die Daten",
        "no legal basis for the data",
    )


RESUBMITTABLE = frozenset(
    {
        RejectReason.INCOMPLETE,
        RejectReason.IDENTITY_UNCLEAR,
        RejectReason.STILL_ASYLBENS_ENTITLED,
        RejectReason.NO_LEGAL_BASIS_FOR_DATA,
    }
)
"""Rejections after which the same receiver may be asked again with a new, linked handoff."""


class SheetField(Code):
    """Fields of the handover sheet that leave on a legal basis (class A)."""

    GIVEN_NAME = "given-name", "Vorname", "given name"
    FAMILY_NAME = "family-name", "Familienname", "family name"
    BIRTH_DATE = "birth-date", "Geburtsdatum", "date of birth"
    NATIONALITY = "nationality", "Staatsangehörigkeit", "nationality"
    LANGUAGE = "language", "Sprache für Dolmetschen", "interpreter language"
    HOUSEHOLD = "household", "Haushalt", "household"
    PROTECTION_KIND = "protection-kind", "Schutzform", "kind of protection"
    FINALITY = "finality", "Unanfechtbarkeit und Grundlage", "finality and its basis"
    RESIDENCE_TITLE = "residence-title", "Aufenthaltstitel", "residence title"
    ENTITLEMENT_END = "entitlement-end", "Ende der AsylbLG-Leistungen", "end of AsylbLG benefits"
    ADDRESS_AREA = "address-area", "Gemeinde des Wohnorts", "municipality of residence"
    TENANCY = "tenancy", "Unterkunft und Kosten", "housing and its costs"
    BANK_ACCOUNT_EXISTS = "bank-account-exists", "Konto vorhanden", "bank account exists"
    HEALTH_FUND = "health-fund", "gewählte Krankenkasse", "health fund chosen"


class CourseKind(Code):
    """Kinds of integration courses."""

    INTEGRATION = "integration", "Allgemeiner Integrationskurs", "general integration course"
    LITERACY = "literacy", "Alphabetisierungskurs", "literacy course"
    INTENSIVE = "intensive", "Intensivkurs", "intensive course"
    YOUTH = "youth", "Jugendintegrationskurs", "youth integration course"
    WOMEN = "women", "Eltern- und Frauenintegrationskurs", "course for parents and women"


class GapCause(Code):
    """Why days are without cover."""

    NOT_ACCEPTED = "not-accepted", "Übergabe nicht angenommen", "handoff not accepted"
    NO_BENEFIT_DECISION = "no-benefit-decision", "keine Bewilligung", "no benefit decided"
    LATE_APPLICATION = (
        "late-application",
        "Antrag verspätet (§ 37 SGB II)",
        "application filed late",
    )


class NoticeTemplate(Code):
    """Notices that tell an agency of work that waits; they carry an id and no content."""

    HANDOFF_WAITING = "handoff-waiting", "Eine Übergabe wartet", "a handoff waits"
    INFORMATION_REQUESTED = (
        "information-requested",
        "Rückfrage zur Übergabe",
        "a question came back",
    )
    HANDOFF_ACCEPTED = "handoff-accepted", "Übergabe angenommen", "handoff accepted"
    HANDOFF_REJECTED = "handoff-rejected", "Übergabe abgelehnt", "handoff rejected"
    HANDOFF_EXPIRED = "handoff-expired", "Übergabe unbeantwortet", "handoff unanswered"


class RefusalCode(Code):
    """Stable codes of problem documents: why a command was not carried out."""

    MALFORMED = "malformed", "nicht lesbar", "not readable"
    INVALID = "invalid", "Feld ungültig", "a field is not valid"
    TOO_LARGE = "too-large", "zu groß", "too large"
    UNKNOWN_COMMAND = "unknown-command", "Befehl unbekannt", "unknown command"
    UNKNOWN_QUERY = "unknown-query", "Abfrage unbekannt", "unknown query"
    UNAUTHENTICATED = "unauthenticated", "nicht angemeldet", "not authenticated"
    UNKNOWN_AGENCY = "unknown-agency", "Behörde unbekannt", "unknown agency"
    AGENCY_MAY_NOT = "agency-may-not", "Behörde nicht befugt", "the agency may not do this"
    KEY_MISSING = "key-missing", "Idempotency-Key fehlt", "the Idempotency-Key is missing"
    KEY_REUSED = (
        "key-reused",
        "Idempotency-Key mit anderem Inhalt benutzt",
        "the Idempotency-Key was used with another body",
    )
    NOT_FOUND = "not-found", "nicht gefunden", "not found"
    CASE_PARKED = "case-parked", "Fall angehalten", "the case is parked"
    UNAVAILABLE = "unavailable", "zur Zeit nicht verfügbar", "not available now"
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
    DIGEST_DIFFERS = "digest-differs", "Prüfsumme weicht ab", "the digest differs"
    TOO_MANY_ROUNDS = "too-many-rounds", "zu viele Rückfragen", "too many questions"
    NOT_RESUBMITTABLE = (
        "not-resubmittable",
        "nicht erneut übergebbar",
        "cannot be handed over again",
    )
    NOT_RESPONSIBLE = "not-responsible", "nicht zuständig", "not the responsible agency"
    ALREADY_ENROLLED = "already-enrolled", "bereits angemeldet", "enrolled already"
    NOT_ENROLLED = "not-enrolled", "nicht angemeldet", "not enrolled"
    ALREADY_STARTED = "already-started", "bereits begonnen", "started already"
    ALREADY_NOTIFIED = "already-notified", "bereits gemeldet", "notified already"
