"""Codes of the contracts themselves: how personal the data is, how long it is kept, how firm."""

from staffel_contracts.codes.base import Code


class PersonalData(Code):
    """How personal the data of a fact is."""

    NONE = "none", "ohne Personenbezug", "no personal data"
    CASE = "case", "Falldaten: Codes und Daten zu einer Person", "case data: codes and dates"
    IDENTITY = "identity", "Identität oder Übergabebogen", "identity or handover sheet"
    WORKER = "worker", "Beschäftigte und Ehrenamtliche", "staff and volunteers"


class Retention(Code):
    """How long the data of a fact is kept; the periods are settings of each controller."""

    OPEN_DATA = "open-data", "dauerhaft (ohne Personenbezug)", "kept (no personal data)"
    CASE_FILE = "case-file", "mit der Fallakte (§ 84 SGB X)", "with the case file"
    REIMBURSEMENT = (
        "reimbursement",
        "bis zum Ausschluss der Erstattung (§ 111 SGB X)",
        "until reimbursement is excluded",
    )
    COURSE = (
        "course",
        "Kursdaten: Namen 10, sonst 5 Jahre (§ 8 Abs. 6 IntV)",
        "course data: names 10, else 5 years",
    )
    RETRIEVAL = "retrieval", "6 Monate (§ 79 Abs. 4 SGB X)", "6 months"
    PROOF = "proof", "solange das Protokoll besteht", "as long as the log exists"
    WORKER = "worker", "bis zum Ende der Tätigkeit", "until the engagement ends"


class Status(Code):
    """How firm a fact's schema is, and whether it is said."""

    PLANNED = "planned", "vorgesehen, noch nicht gesagt", "planned, said by no service yet"
    STABLE = "stable", "stabil: nur verträgliche Änderungen", "stable: compatible changes only"
    DEPRECATED = "deprecated", "abgelöst, wird noch gesagt", "superseded, still said"
