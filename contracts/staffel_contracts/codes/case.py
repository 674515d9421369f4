"""Codes of a case: reasons, protection, titles, finality."""

from staffel_contracts.codes.base import Code


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


class FinalityVariant(Code):
    """When a decision contested in part counts as final; agencies disagree, so it is stated."""

    WHOLE_DECISION = (
        "whole-decision",
        "erst mit der Entscheidung über den Rest",
        "with the court's decision on the rest",
    )
    GRANTED_PART = (
        "granted-part",
        "für den zuerkannten Teil mit Ablauf der Klagefrist",
        "for the part that was granted, with the end of the period for action",
    )
