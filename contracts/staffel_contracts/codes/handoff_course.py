"""Codes of the course a handoff takes beyond accepting and rejecting it."""

from staffel_contracts.codes.base import Code


class ForwardReason(Code):
    """Why a receiver passes a handoff on to the agency that is competent (§ 16 Abs. 2 SGB I)."""

    NOT_COMPETENT_LOCAL = "not-competent-local", "örtlich nicht zuständig", "not competent locally"
    NOT_COMPETENT_SUBJECT = (
        "not-competent-subject",
        "sachlich nicht zuständig",
        "not competent for the subject",
    )
    PERSON_MOVED = "person-moved", "verzogen", "person moved"


class WithdrawReason(Code):
    """Why a sender takes a handoff back before it was accepted."""

    END_REVISED = "end-revised", "Leistungsende geändert", "the end of benefits was revised"
    PERSON_MOVED = "person-moved", "verzogen", "person moved"
    OTHER_RECEIVER = "other-receiver", "andere Stelle zuständig", "another receiver is competent"
    SHEET_WRONG = "sheet-wrong", "Übergabebogen fehlerhaft", "the sheet was wrong"
    NO_NEED = "no-need", "nicht mehr hilfebedürftig", "no need any more"
    CONSENT_ENDED = "consent-ended", "Einwilligung beendet", "the consent was revoked or ran out"


class AnnulReason(Code):
    """Why a handoff should never have been."""

    WRONG_PERSON = "wrong-person", "falsche Person", "wrong person"
    WRONG_RECEIVER = "wrong-receiver", "falsche Stelle", "wrong receiver"
    DUPLICATE = "duplicate", "doppelt angelegt", "duplicate"
    ENTERED_IN_ERROR = "entered-in-error", "irrtümlich angelegt", "entered in error"


class HandBackCause(Code):
    """Why a jobcenter gives a person back to the district."""

    TITLE_LOST = "title-lost", "Aufenthaltstitel weggefallen", "residence title lost"
    TEMPORARY_PROTECTION = (
        "temporary-protection",
        "Rechtsänderung für § 24 AufenthG",
        "change of law for temporary protection",
    )
    RECOGNITION_REVOKED = "recognition-revoked", "Anerkennung widerrufen", "recognition revoked"
    NO_NEED_UNDER_SGB2 = (
        "no-need-under-sgb2",
        "kein Anspruch nach SGB II mehr",
        "not entitled under SGB II any more",
    )
    ACCEPTED_IN_ERROR = "accepted-in-error", "irrtümlich übernommen", "accepted in error"


class DeliveryFault(Code):
    """Why a handoff did not reach the receiver's system."""

    NO_RECEIPT = "no-receipt", "keine Empfangsbestätigung", "no receipt"
    DIGEST_DIFFERS = "digest-differs", "Prüfsumme weicht ab", "the digest differs"
    REFUSED = "refused", "vom Empfangssystem abgewiesen", "refused by the receiver's system"


class TimerRung(Code):
    """How far a handoff without an answer has climbed the ladder of reminders."""

    CONTACT = "contact", "Ansprechperson erinnert", "the contact person is reminded"
    UNIT = "unit", "Sachgebiet erinnert", "the unit is reminded"
    LEAD = "lead", "Leitung beteiligt", "the lead is involved"
    HEADS = "heads", "beide Amtsleitungen beteiligt", "the heads of both offices are involved"


class EscalationRole(Code):
    """Who takes up a handoff that nobody answered."""

    CONTACT = "contact", "Ansprechperson", "contact person"
    UNIT_LEAD = "unit-lead", "Sachgebietsleitung", "head of the unit"
    OFFICE_HEADS = "office-heads", "Leitungen beider Ämter", "heads of both offices"


class NextStep(Code):
    """What a rejection leads to; the sender stays responsible and owes it."""

    FORWARD = "forward", "an die zuständige Stelle übergeben", "hand over to the competent agency"
    SUPPLY = "supply", "fehlende Angaben nachreichen", "supply what is missing"
    CORRECT = "correct", "Angaben berichtigen", "correct what is wrong"
    OTHER_BENEFIT = "other-benefit", "andere Leistung veranlassen", "hand over for another benefit"
    BRIDGE = "bridge", "Zeit bis zur Leistung überbrücken", "bridge the days until benefits"
    CLOSE = "close", "Übergabe beenden", "close"


class HandoffTask(Code):
    """What the owner of an open handoff has to do next."""

    COMPLETE_SHEET = "complete-sheet", "Übergabebogen fertigstellen", "complete the sheet"
    RENEW_CONSENT = (
        "renew-consent",
        "neue Einwilligung einholen oder nicht übergeben",
        "ask for a new consent, or do not hand over",
    )
    ANSWER_REQUEST = "answer-request", "angeforderten Fall übergeben", "hand over as requested"
    CONFIRM_DELIVERY = "confirm-delivery", "Eingang bestätigen", "confirm the delivery"
    DELIVER_OTHERWISE = "deliver-otherwise", "auf anderem Weg zustellen", "deliver another way"
    ACKNOWLEDGE = "acknowledge", "in Bearbeitung nehmen", "take up"
    DECIDE = "decide", "annehmen, ablehnen oder weiterleiten", "accept, reject or forward"
    SUPPLY = "supply", "Rückfrage beantworten", "answer the question"
    SECOND_LOOK = "second-look", "Ablehnung prüfen", "review the rejection"
    TAKE_OVER = "take-over", "Übernahme vorbereiten", "prepare to take over"
    COMPLETE = (
        "complete",
        "Leistung und Checkliste abschließen",
        "start benefits, tick the checklist",
    )
    HAND_OVER_AGAIN = "hand-over-again", "erneut übergeben", "hand over again"
    FORWARD = "forward", "an die zuständige Stelle übergeben", "hand over to the competent agency"
    FOLLOW_REJECTION = "follow-rejection", "Ablehnung umsetzen", "act on the rejection"
    COVER_GAP = "cover-gap", "Leistungslücke schließen", "close the gap in cover"


class ChecklistItem(Code):
    """What has to be reported before a handoff in effect is complete."""

    BENEFIT_START = "benefit-start", "Leistungsbeginn gemeldet", "start of benefits notified"
    BENEFIT_DECISION = "benefit-decision", "Leistung bewilligt", "benefit decided"
    FIRST_PAYMENT = "first-payment", "erste Zahlung erfolgt", "first payment made"
    HEALTH_COVER = "health-cover", "Krankenkasse angemeldet", "registered with a health fund"
