"""Codes of data protection: rights of the person, holds, access, corrections."""

from staffel_contracts.codes.base import Code


class SubjectRequestKind(Code):
    """What a person asks for (Art. 15 GDPR)."""

    ACCESS = "access", "Auskunft (Art. 15 Abs. 1 DSGVO, § 83 SGB X)", "access"
    COPY = "copy", "Kopie (Art. 15 Abs. 3 DSGVO)", "copy"


class SubjectAnswer(Code):
    """How a person's request was answered."""

    COMPLETE = "complete", "vollständig erfüllt", "met in full"
    PARTIAL = "partial", "teilweise erfüllt", "met in part"
    REFUSED = "refused", "abgelehnt, mit Grund", "refused, with the reason"
    NOTHING_HELD = "nothing-held", "keine Daten gespeichert", "nothing is held"


class HoldReason(Code):
    """Why data that is due for erasure is kept (Art. 17 Abs. 3 GDPR)."""

    OBJECTION = "objection", "Widerspruch läuft", "objection pending"
    COURT_ACTION = "court-action", "Klage anhängig", "court action pending"
    REIMBURSEMENT = "reimbursement", "Erstattung offen (§ 111 SGB X)", "reimbursement open"
    SUPERVISION = "supervision", "Prüfung durch die Aufsicht", "examination by the authority"


class ErasureBasis(Code):
    """Why a person's data was erased."""

    RETENTION_OVER = "retention-over", "Aufbewahrung abgelaufen", "the retention is over"
    REQUESTED = "requested", "auf Antrag (Art. 17 DSGVO)", "on request"
    UNLAWFUL = "unlawful", "unzulässig gespeichert", "was held unlawfully"
    COURT_ORDER = "court-order", "gerichtliche Anordnung", "court order"


class RestrictionReason(Code):
    """Why data may only be stored for a time (Art. 18 Abs. 1 GDPR)."""

    ACCURACY_CONTESTED = "accuracy-contested", "Richtigkeit bestritten", "accuracy contested"
    UNLAWFUL = "unlawful", "unzulässig, Löschung abgelehnt", "unlawful, erasure declined"
    NEEDED_FOR_CLAIMS = "needed-for-claims", "für Ansprüche benötigt", "needed for claims"
    OBJECTED = "objected", "Widerspruch (Art. 21 DSGVO)", "objection to the processing"


class WithholdingRule(Code):
    """Why a field stays off a handover sheet."""

    NOT_IN_PROFILE = "not-in-profile", "im Profil nicht vorgesehen", "not in the profile"
    NO_CONSENT = "no-consent", "keine Einwilligung", "no consent"
    CONSENT_REVOKED = "consent-revoked", "Einwilligung widerrufen", "consent revoked"
    BLOCKED = "blocked", "Auskunftssperre", "blocked address"


class AccessPurpose(Code):
    """What a record is read for."""

    CASEWORK = "casework", "Sachbearbeitung", "casework"
    HANDOFF = "handoff", "Übergabe", "handoff"
    SUBJECT_RIGHTS = "subject-rights", "Auskunft an die Person", "rights of the person"
    SUPERVISION = "supervision", "Fachaufsicht", "supervision"
    OPERATION = "operation", "Betrieb und Störung", "operation"
    AUDIT = "audit", "Prüfung", "audit"


class FieldGroup(Code):
    """What part of a record was read."""

    IDENTITY = "identity", "Identität", "identity"
    RESIDENCE = "residence", "Asyl und Aufenthalt", "asylum and residence"
    BENEFITS = "benefits", "Leistungen", "benefits"
    HANDOVER_SHEET = "handover-sheet", "Übergabebogen", "handover sheet"
    SETTLING_IN = "settling-in", "Aufgaben, Kurse, Arbeit", "tasks, courses, work"


class DenialReason(Code):
    """Why a record was not shown."""

    NOT_INVOLVED = "not-involved", "nicht beteiligt", "not involved in the case"
    NO_PURPOSE = "no-purpose", "kein Zweck angegeben", "no purpose given"
    RESTRICTED = "restricted", "Verarbeitung eingeschränkt", "processing is restricted"
    ROLE_MAY_NOT = "role-may-not", "Rolle nicht befugt", "the role may not"


class EmergencyReason(Code):
    """Why somebody reads what they otherwise may not, for a short time."""

    DANGER = "danger", "Gefahr für Leib oder Leben", "danger to life or limb"
    NO_BENEFITS = "no-benefits", "drohende Mittellosigkeit", "imminent lack of means"
    ABSENCE = "absence", "Zuständige nicht erreichbar", "those responsible are out of reach"
