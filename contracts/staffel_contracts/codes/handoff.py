"""Codes of the handoff: states, reasons, sheet fields, gaps."""

from staffel_contracts.codes.base import Code
from staffel_contracts.codes.handoff_course import NextStep


class ResponsibilityDomain(Code):
    """What an agency is responsible for; one handoff moves one domain of one person."""

    BENEFITS = "benefits", "Leistungen zum Lebensunterhalt", "benefits"


class DeliveryChannel(Code):
    """How a handoff reached the receiver."""

    FEED = "feed", "Ereignisstrom der Behörde", "the agency's event feed"
    HTTP = "http", "Abruf über HTTP", "fetched over HTTP"
    PRINT = "print", "Ausdruck", "printed sheet"


class HandoffStatus(Code):
    """Where a handoff stands; rejected and expired ones may be followed by a new, linked one."""

    NONE = "none", "keine Übergabe", "no handoff"
    DRAFTED = "drafted", "in Vorbereitung", "being prepared"
    SUBMITTED = "submitted", "übermittelt", "submitted"
    DELIVERY_FAILED = "delivery-failed", "nicht zugestellt", "not delivered"
    DELIVERED = "delivered", "eingegangen", "delivered"
    ACKNOWLEDGED = "acknowledged", "in Bearbeitung genommen", "taken up"
    INFORMATION_REQUESTED = "information-requested", "Rückfrage offen", "question open"
    SECOND_LOOK = "second-look", "Ablehnung in Prüfung", "rejection under review"
    ACCEPTED = "accepted", "angenommen", "accepted"
    IN_EFFECT = "in-effect", "wirksam", "in effect"
    COMPLETED = "completed", "abgeschlossen", "completed"
    REJECTED = "rejected", "abgelehnt", "rejected"
    EXPIRED = "expired", "unbeantwortet abgelaufen", "expired unanswered"
    FORWARDED = "forwarded", "weitergeleitet", "forwarded"
    WITHDRAWN = "withdrawn", "zurückgezogen", "withdrawn"
    ANNULLED = "annulled", "aufgehoben", "annulled"


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


NEXT_STEP = {
    RejectReason.NOT_COMPETENT_LOCAL: NextStep.FORWARD,
    RejectReason.NOT_COMPETENT_SUBJECT: NextStep.OTHER_BENEFIT,
    RejectReason.INCOMPLETE: NextStep.SUPPLY,
    RejectReason.IDENTITY_UNCLEAR: NextStep.CORRECT,
    RejectReason.DUPLICATE: NextStep.CLOSE,
    RejectReason.ALREADY_WITH_US: NextStep.CLOSE,
    RejectReason.NOT_ABLE_TO_WORK: NextStep.OTHER_BENEFIT,
    RejectReason.OVER_AGE: NextStep.OTHER_BENEFIT,
    RejectReason.NO_NEED: NextStep.CLOSE,
    RejectReason.EXCLUDED_TRAINING: NextStep.OTHER_BENEFIT,
    RejectReason.STILL_ASYLBENS_ENTITLED: NextStep.BRIDGE,
    RejectReason.PERSON_MOVED: NextStep.FORWARD,
    RejectReason.PERSON_DECLINED: NextStep.CLOSE,
    RejectReason.NO_LEGAL_BASIS_FOR_DATA: NextStep.CORRECT,
}
"""What each rejection leads to."""


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


class GapCause(Code):
    """Why days are without cover."""

    NOT_ACCEPTED = "not-accepted", "Übergabe nicht angenommen", "handoff not accepted"
    NO_BENEFIT_DECISION = "no-benefit-decision", "keine Bewilligung", "no benefit decided"
    LATE_APPLICATION = (
        "late-application",
        "Antrag verspätet (§ 37 SGB II)",
        "application filed late",
    )
    GRANT_ENDED = "grant-ended", "Bewilligung abgelaufen", "grant ended"
