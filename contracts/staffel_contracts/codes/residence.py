"""Codes of residence: decisions, interim proofs, residence rules."""

from staffel_contracts.codes.base import Code


class AsylumDecision(Code):
    """What the Federal Office decided."""

    RECOGNISED = "recognised", "Schutz zuerkannt", "protection granted"
    PARTLY_RECOGNISED = "partly-recognised", "teilweise zuerkannt", "granted in part"
    REFUSED = "refused", "abgelehnt", "refused"
    INADMISSIBLE = "inadmissible", "unzulässig (§ 29 AsylG)", "inadmissible"


class ContestScope(Code):
    """How much of a decision is contested in court."""

    FULL = "full", "vollständig", "in full"
    PARTIAL = "partial", "teilweise", "in part"


class InterimProofKind(Code):
    """What proves the stay until the title is issued."""

    FICTION = (
        "fiction",
        "Fiktionsbescheinigung (§ 81 Abs. 5 AufenthG)",
        "interim residence certificate",
    )
    RECOGNITION = (
        "recognition",
        "Bescheinigung nach § 25 Abs. 1 S. 3 AufenthG",
        "certificate after recognition",
    )
    ARRIVAL = "arrival", "Ankunftsnachweis (§ 63a AsylG)", "arrival certificate"


class TitleEndReason(Code):
    """Why a residence title ended."""

    EXPIRED = "expired", "abgelaufen", "expired"
    REVOKED = "revoked", "widerrufen", "revoked"
    REPLACED = "replaced", "durch anderen Titel ersetzt", "replaced"
    LEFT = "left", "ausgereist", "left the country"


class ResidenceRuleLevel(Code):
    """What a residence rule binds to, or keeps away from."""

    LAND = "land", "Land (§ 12a Abs. 1 AufenthG)", "Land"
    PLACE = "place", "Ort (§ 12a Abs. 2, 3 AufenthG)", "place"
    BAN = "ban", "Zuzugssperre (§ 12a Abs. 4 AufenthG)", "ban on a place"


class ResidenceRuleEnd(Code):
    """Why a residence rule does not bind any more."""

    WORK = "work", "Beschäftigung", "work"
    TRAINING = "training", "Ausbildung oder Studium", "training or studies"
    FAMILY = "family", "Familie an anderem Ort", "family elsewhere"
    HARDSHIP = "hardship", "Härte", "hardship"
    TIME = "time", "Frist abgelaufen", "period over"
