"""Codes of the jobcenter's benefits and appointments, and of what bridges the days before."""

from staffel_contracts.codes.base import Code


class BenefitOutcome(Code):
    """What a jobcenter decided about an application."""

    GRANTED = "granted", "bewilligt", "granted"
    PROVISIONAL = "provisional", "vorläufig bewilligt (§ 41a SGB II)", "granted provisionally"
    REFUSED = "refused", "abgelehnt", "refused"


class BenefitReason(Code):
    """Why a benefit was refused, or granted only provisionally."""

    NO_NEED = "no-need", "nicht hilfebedürftig", "no need"
    NOT_ABLE_TO_WORK = "not-able-to-work", "nicht erwerbsfähig", "not able to work"
    OVER_AGE = "over-age", "Altersgrenze überschritten (§ 7a SGB II)", "over age"
    EXCLUDED_TRAINING = "excluded-training", "Ausbildung (§ 7 Abs. 5 SGB II)", "excluded: training"
    STILL_ASYLBENS_ENTITLED = (
        "still-asylbens-entitled",
        "noch leistungsberechtigt nach AsylbLG",
        "still entitled under the AsylbLG",
    )
    NOT_COMPETENT = "not-competent", "nicht zuständig", "not competent"
    INCOME_OPEN = "income-open", "Einkommen noch offen", "income not yet known"
    CHECK_TAKES_LONGER = (
        "check-takes-longer",
        "Feststellung dauert längere Zeit",
        "establishing the entitlement takes longer",
    )


class BridgingInstrument(Code):
    """What lawfully covers days before the receiver's benefit runs."""

    ADVANCE_S42 = "advance-s42", "Vorschuss (§ 42 SGB I)", "advance payment"
    PROVISIONAL_S41A = (
        "provisional-s41a",
        "vorläufige Entscheidung (§ 41a SGB II)",
        "provisional decision",
    )
    PROVISIONAL_S43 = (
        "provisional-s43",
        "vorläufige Leistung bei Zuständigkeitsstreit (§ 43 SGB I)",
        "provisional benefit while competence is disputed",
    )
    ASYLBENS_CONTINUED = (
        "asylbens-continued",
        "Weiterleistung nach AsylbLG",
        "AsylbLG benefits continued",
    )


class OverlapCause(Code):
    """Why two benefits cover the same day."""

    END_REVISED = "end-revised", "Leistungsende geändert", "the end of benefits was revised"
    PAID_ON = "paid-on", "nach Leistungsende weitergezahlt", "paid on after the end"
    RETROACTIVE = "retroactive", "rückwirkend bewilligt", "granted retroactively"
    BRIDGING = "bridging", "Überbrückung", "bridging"


class OverlapSeverity(Code):
    """How much a day that two benefits cover matters."""

    EXPECTED = "expected", "erwartet, wird erstattet", "expected, will be reimbursed"
    TO_EXAMINE = "to-examine", "zu prüfen", "to be examined"


class AppointmentKind(Code):
    """How many people an appointment at the jobcenter is for."""

    SINGLE = "single", "Einzeltermin", "single"
    GROUP = "group", "Gruppentermin", "group"


class ReimbursementNorm(Code):
    """On which paragraph one agency claims back from another what it paid (SGB X)."""

    S102 = "s102", "vorläufige Leistung (§ 102 SGB X)", "provisional benefit"
    S103 = "s103", "nachträglich entfallen (§ 103 SGB X)", "entitlement fell away afterwards"
    S104 = "s104", "nachrangig verpflichtet (§ 104 SGB X)", "subordinate duty"


class ReimbursementOutcome(Code):
    """How a claim for reimbursement ended."""

    PAID = "paid", "erstattet", "paid"
    PARTLY_PAID = "partly-paid", "teilweise erstattet", "paid in part"
    REFUSED = "refused", "abgelehnt", "refused"
    WITHDRAWN = "withdrawn", "zurückgenommen", "withdrawn"
    EXCLUDED = "excluded", "ausgeschlossen (§ 111 SGB X)", "excluded by lapse of time"
