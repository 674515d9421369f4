"""Codes of the handoff: states, reasons, sheet fields, gaps."""

from staffel_contracts.codes.base import Code
from staffel_contracts.codes.handoff_course import NextStep


class ResponsibilityDomain(Code):
    """What an agency is responsible for; one handoff moves one domain of one person."""

    BENEFITS = "benefits", "Leistungen zum Lebensunterhalt", "benefits"
    ACCOMMODATION = "accommodation", "Unterbringung und Wohnung", "accommodation"
    HEALTH_COVER = "health-cover", "Absicherung bei Krankheit", "health cover"
    LABOUR_INTEGRATION = "labour-integration", "Eingliederung in Arbeit", "integration into work"
    INTEGRATION_COUNSELLING = (
        "integration-counselling",
        "Integrations- und Migrationsberatung",
        "integration and migration counselling",
    )


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
    REVERSED = "reversed", "vor der Übernahme zurückgegeben", "given back before the takeover"


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
    """Fields of a handover sheet; a profile says which leave, on which basis or with consent."""

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
    OTHER_NAMES = "other-names", "weitere Schreibweisen", "other spellings"
    BIRTH_PLACE = "birth-place", "Geburtsort", "place of birth"
    SEX = "sex", "Geschlecht", "sex"
    AZR_NUMBER = "azr-number", "AZR-Nummer", "number in the aliens register"
    FAMILY_STATUS = "family-status", "Familienstand", "family status"
    RELATIVES = (
        "relatives",
        "Ehegatte, minderjährige Kinder, Eltern",
        "spouse, minor children, parents",
    )
    ADDRESS = "address", "Anschrift", "address"
    RESIDENCE_RULE = "residence-rule", "Wohnsitzregelung", "residence rule"
    INTERIM_PROOF = "interim-proof", "Fiktionsbescheinigung", "interim residence certificate"
    ASYLBENS_LAST_MONTH = "asylbens-last-month", "letzter gezahlter Monat", "last month paid"
    ASYLBENS_FORM = "asylbens-form", "Geld- oder Sachleistung", "in cash or in kind"
    OPEN_REIMBURSEMENT = (
        "open-reimbursement",
        "offener Erstattungszeitraum",
        "open reimbursement period",
    )
    APPLICATION_DATE = (
        "application-date",
        "Antrag beim Landkreis eingegangen",
        "application received by the district",
    )
    MOVE_OUT_STATE = "move-out-state", "Stand des Auszugs", "state of moving out"
    EMPLOYMENT = "employment", "Beschäftigung und Einkommen", "job and income"
    SPONSORSHIP_COMMITMENT = (
        "sponsorship-commitment",
        "Verpflichtungserklärung: Datum und Behörde",
        "commitment: date and office",
    )
    SCHOOLING = "schooling", "Schule, Studium, Ausbildung", "school, study, training"
    OCCUPATION = "occupation", "Beruf", "occupation"
    SPOKEN_LANGUAGES = "spoken-languages", "Sprachen", "languages"
    COURSE = "course", "Kurs: Recht, Träger, Beginn", "course: right, provider, start"
    DOCUMENTS_PRESENT = "documents-present", "vorhandene Unterlagen", "documents present"
    ABLE_TO_WORK_HINT = (
        "able-to-work-hint",
        "Erwerbsfähigkeit: kein Hinweis oder zu prüfen",
        "able to work: no sign or to be examined",
    )
    TELEPHONE = "telephone", "Telefon", "telephone"
    EMAIL = "email", "E-Mail", "e-mail"
    GUIDE_CONTACT = "guide-contact", "Kontakt der Lotsin oder des Lotsen", "contact of the guide"
    COUNSELLING_SUMMARY = (
        "counselling-summary",
        "Zusammenfassung der Beratung",
        "summary of counselling",
    )
    CONFERENCE_OUTCOME = (
        "conference-outcome",
        "Ergebnis der Fallbesprechung",
        "outcome of the case conference",
    )
    CHILDCARE_NEED = "childcare-need", "Bedarf an Kinderbetreuung", "need for childcare"
    CARE_FOR_RELATIVES = "care-for-relatives", "Pflege von Angehörigen", "care for relatives"
    ADDITIONAL_NEED = "additional-need", "Mehrbedarf", "additional need"
    MEDICAL_SUPPLY = (
        "medical-supply",
        "laufende medizinische Versorgung: ja, seit",
        "running medical supply: yes, since",
    )
    ACCESSIBILITY_NEED = (
        "accessibility-need",
        "Bedarf an Barrierefreiheit",
        "need for accessibility",
    )
    CERTIFICATES = "certificates", "Zeugnisse und Lebenslauf", "certificates and CV"
    CONFIDENTIAL_ADDRESS = "confidential-address", "Anschrift gesperrt", "confidential address"
    ASYLUM_REASONS = "asylum-reasons", "Asylgründe", "reasons for asylum"
    RELIGION = "religion", "Religion, Herkunft, Überzeugung", "religion, ethnicity, conviction"
    HEALTH_RECORD = (
        "health-record",
        "Gesundheitsuntersuchung, Diagnosen",
        "health examination, diagnoses",
    )
    BENEFIT_REDUCTIONS = "benefit-reductions", "Leistungseinschränkungen", "reductions of benefits"
    HOUSE_RULES = "house-rules", "Verhalten in der Unterkunft", "conduct in the accommodation"
    CRIMINAL_MATTERS = "criminal-matters", "Strafsachen", "criminal matters"
    REMOVAL_STEPS = "removal-steps", "aufenthaltsbeendende Maßnahmen", "removal steps"
    IDENTITY_DOUBTS = "identity-doubts", "Zweifel an der Identität", "doubts about the identity"
    VOLUNTEER_NOTES = "volunteer-notes", "Notizen von Ehrenamtlichen", "notes of volunteers"
    CASEWORK_JOURNAL = "casework-journal", "Aktenvermerke", "casework journal"
    BANK_STATEMENTS = "bank-statements", "Kontoauszüge", "bank statements"
    THIRD_PERSONS = "third-persons", "Daten anderer Personen", "data of other persons"


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
