"""Codes of the way into work: counselling, measures, placements."""

from staffel_contracts.codes.base import Code


class CounsellingTopic(Code):
    """What career counselling was about."""

    ORIENTATION = "orientation", "berufliche Orientierung", "orientation"
    TRAINING = "training", "Ausbildung", "training"
    WORK = "work", "Arbeit", "work"
    QUALIFICATION = "qualification", "Abschluss und Anerkennung", "qualification"
    SELF_EMPLOYMENT = "self-employment", "Selbständigkeit", "self-employment"


class MeasureKind(Code):
    """Measures that lead to work (§ 16 SGB II)."""

    ACTIVATION = "activation", "Aktivierung und Eingliederung (§ 45 SGB III)", "activation"
    FURTHER_TRAINING = (
        "further-training",
        "berufliche Weiterbildung (§ 81 SGB III)",
        "further vocational training",
    )
    ENTRY_QUALIFICATION = (
        "entry-qualification",
        "Einstiegsqualifizierung (§ 54a SGB III)",
        "entry qualification",
    )
    ADAPTATION = (
        "adaptation",
        "Anpassungsqualifizierung zur Anerkennung",
        "adaptation for recognition",
    )
    WORK_OPPORTUNITY = (
        "work-opportunity",
        "Arbeitsgelegenheit (§ 16d SGB II)",
        "work opportunity",
    )


class MeasureOutcome(Code):
    """How a measure ended."""

    COMPLETED = "completed", "abgeschlossen", "completed"
    INTO_WORK = "into-work", "in Arbeit gewechselt", "left for work"
    INTO_TRAINING = "into-training", "in Ausbildung gewechselt", "left for training"
    ENDED_EARLY = "ended-early", "vorzeitig beendet", "ended early"


class PlacementKind(Code):
    """What a person is placed in."""

    INTERNSHIP = "internship", "Praktikum", "internship"
    TRAINING = "training", "Ausbildung", "training"
    JOB = "job", "Arbeitsverhältnis", "job"


class HoursBand(Code):
    """Weekly hours; from 15 hours on a job may lift the residence rule (§ 12a Abs. 1 AufenthG)."""

    UNDER_15 = "under-15", "unter 15 Stunden", "under 15 hours"
    FROM_15 = "from-15", "15 bis unter 35 Stunden", "15 to under 35 hours"
    FULL_TIME = "full-time", "ab 35 Stunden", "35 hours and more"


class PlacementEndReason(Code):
    """Why a placement ended."""

    TERM_OVER = "term-over", "befristet, Zeit abgelaufen", "the term was over"
    TAKEN_ON = "taken-on", "übernommen", "taken on"
    NOTICE_GIVEN = "notice-given", "gekündigt", "notice was given"
    BY_AGREEMENT = "by-agreement", "einvernehmlich beendet", "ended by agreement"
    ENTERED_IN_ERROR = "entered-in-error", "irrtümlich gemeldet", "entered in error"
