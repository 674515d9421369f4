"""What an agency is, and what those who work in it are there for."""

from staffel_contracts.codes.base import Code


class AgencyKind(Code):
    """What an agency, or who works with one, is, and so what it may do and see."""

    DISTRICT = "district", "Landkreis oder kreisfreie Stadt", "district"
    JOBCENTER = "jobcenter", "Jobcenter", "jobcenter"
    SOCIAL_ASSISTANCE = "social-assistance", "Sozialhilfeträger", "social assistance office"
    IMMIGRATION_OFFICE = "immigration-office", "Ausländerbehörde", "immigration office"
    YOUTH_OFFICE = "youth-office", "Jugendamt", "youth office"
    COURSE_PROVIDER = "course-provider", "Kursträger", "course provider"
    GUIDE = "guide", "Integrationslotsin oder -lotse", "integration guide"
    OFFER_DESK = "offer-desk", "Träger und Beratungsstellen", "providers and advice desks"
    STATISTICS = "statistics", "Statistik ohne Personenbezug", "statistics without persons"


class Role(Code):
    """What somebody at an agency is there for, and so what they may do and read."""

    CASEWORKER = "caseworker", "Sachbearbeitung", "caseworker"
    LEAD = "lead", "Teamleitung", "team lead"
    GUIDE = "guide", "Integrationslotsin oder -lotse", "integration guide"
    CLERK = "clerk", "Assistenz und Poststelle", "clerk"
    COORDINATOR = "coordinator", "Integrationskoordination", "coordinator"
    AUDITOR = "auditor", "Revision und Datenschutz", "auditor"
    OPS = "ops", "Betrieb", "operator"
    SYSTEM = "system", "Fachverfahren der Behörde", "the agency's own system"


def kind_of(agency: str) -> AgencyKind | None:
    """The kind of an agency: its id begins with it, such as ``jobcenter-12069``."""
    return next((kind for kind in AgencyKind if agency.startswith(f"{kind.value}-")), None)
