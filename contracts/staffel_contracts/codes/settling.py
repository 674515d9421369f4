"""Codes of settling in: guides, advice, health funds."""

from staffel_contracts.codes.base import Code


class GuideKind(Code):
    """Whether a guide is paid."""

    PAID = "paid", "hauptamtlich", "paid"
    VOLUNTEER = "volunteer", "ehrenamtlich", "volunteer"


class DeskKind(Code):
    """Where people get advice."""

    ONE_STOP = "one-stop", "Anlaufstelle unter einem Dach", "one-stop desk"
    SOCIAL = "social", "Sozialberatung", "social advice"
    MIGRATION = "migration", "Migrationsberatung", "migration counselling"
    JOBCENTER = "jobcenter", "Beratung im Jobcenter", "advice in the jobcenter"


class ConsultationKind(Code):
    """How a consultation takes place."""

    SINGLE = "single", "einzeln", "one person"
    GROUP = "group", "in der Gruppe", "a group"
    HOME = "home", "zu Hause", "at home"


class PostFunder(Code):
    """Who pays for a post."""

    DISTRICT = "district", "Landkreis", "district"
    LAND = "land", "Land", "Land"
    FEDERAL = "federal", "Bund", "federation"
