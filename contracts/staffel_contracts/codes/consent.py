"""Codes of consent."""

from staffel_contracts.codes.base import Code


class ConsentKind(Code):
    """What a person consents to (§ 67b SGB X); each may be revoked at any time."""

    GUIDE_CONTACT = "guide-contact", "Kontakt zur Lotsin oder Beraterin", "contact of the guide"
    COUNSELLING_SUMMARY = (
        "counselling-summary",
        "Ergebnis der Beratung und Fallbesprechung",
        "outcome of counselling and case conference",
    )
    CARE_DUTIES = (
        "care-duties",
        "Kinderbetreuung, Pflege, Schwangerschaft",
        "childcare, care for relatives, pregnancy",
    )
    MEDICAL_SUPPLY = (
        "medical-supply",
        "laufende Versorgung, Barrierefreiheit (Art. 9 DSGVO)",
        "running supply, accessibility",
    )
    CERTIFICATES = "certificates", "Zeugnisse, Lebenslauf", "certificates, CV"
    CONFIDENTIAL_ADDRESS = "confidential-address", "Auskunftssperre", "confidential address"
    CONTACT_DETAILS = "contact-details", "Telefon und E-Mail", "telephone and e-mail"
