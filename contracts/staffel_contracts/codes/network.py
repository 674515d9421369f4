"""Codes of the network: providers, offers, groups, volunteers, agreements, plans."""

from staffel_contracts.codes.base import Code


class ProviderKind(Code):
    """What a provider is."""

    WELFARE = "welfare", "Wohlfahrtsverband", "welfare association"
    EDUCATION = "education", "Bildungsträger", "education provider"
    ASSOCIATION = "association", "Verein", "association"
    PUBLIC = "public", "öffentliche Stelle", "public body"
    INITIATIVE = "initiative", "Initiative", "initiative"


class OfferAudience(Code):
    """For whom an offer is."""

    EVERYONE = "everyone", "alle", "everyone"
    WOMEN = "women", "Frauen", "women"
    CHILDREN = "children", "Kinder und Jugendliche", "children and young people"
    FAMILIES = "families", "Familien", "families"
    JOB_SEEKERS = "job-seekers", "Arbeitsuchende", "people who look for work"


class OfferTopic(Code):
    """What an offer is about."""

    LANGUAGE = "language", "Sprache", "language"
    WORK = "work", "Arbeit und Ausbildung", "work and training"
    HOUSING = "housing", "Wohnen", "housing"
    HEALTH = "health", "Gesundheit", "health"
    EVERYDAY = "everyday", "Alltag", "everyday life"
    ADVICE = "advice", "Beratung", "advice"


class OfferChangeField(Code):
    """Which part of an offer is to be changed."""

    TIMES = "times", "Zeiten", "times"
    PLACE = "place", "Ort", "place"
    LANGUAGES = "languages", "Sprachen", "languages"
    CAPACITY = "capacity", "Plätze", "capacity"
    CONTACT = "contact", "Kontakt", "contact"
    OTHER = "other", "sonstiges", "other"


class RequesterKind(Code):
    """Who asks for a change of an offer."""

    PROVIDER = "provider", "Träger", "provider"
    AGENCY = "agency", "Behörde", "agency"
    PUBLIC = "public", "Öffentlichkeit", "public"


class OfferEndReason(Code):
    """Why something ended."""

    ENDED = "ended", "beendet", "ended"
    FUNDING_ENDED = "funding-ended", "Förderung beendet", "funding ended"
    NO_DEMAND = "no-demand", "keine Nachfrage", "no demand"
    ENTERED_IN_ERROR = "entered-in-error", "irrtümlich angelegt", "entered in error"


class DeclineReason(Code):
    """Why something was declined."""

    FULL = "full", "keine Plätze", "full"
    NOT_SUITABLE = "not-suitable", "nicht passend", "not suitable"
    NOT_REACHED = "not-reached", "nicht erreicht", "not reached"
    PERSON_DECLINED = "person-declined", "von der Person abgelehnt", "declined by the person"
    NO_MEANS = "no-means", "keine Mittel", "no means"


class GroupTopic(Code):
    """What a group event is about."""

    LABOUR_ACCESS = "labour-access", "Zugang zum Arbeitsmarkt", "access to work"
    RECOGNITION = "recognition", "Anerkennung von Qualifikationen", "recognition of qualifications"
    WOMEN = "women", "Angebote für Frauen", "offers for women"
    HOUSING = "housing", "Wohnen", "housing"
    JOBCENTER = "jobcenter", "Wechsel zum Jobcenter", "the change to the jobcenter"


class VolunteerField(Code):
    """With what a volunteer helps."""

    ACCOMPANY = "accompany", "Begleitung", "accompanying"
    LANGUAGE = "language", "Sprache", "language"
    HOUSING = "housing", "Wohnungssuche", "search for a flat"
    EVERYDAY = "everyday", "Alltag", "everyday life"
    CHILDREN = "children", "Kinder und Schule", "children and school"


class FundingPurpose(Code):
    """What funds are for."""

    MATERIALS = "materials", "Material", "materials"
    TRAVEL = "travel", "Fahrtkosten", "travel"
    ROOMS = "rooms", "Räume", "rooms"
    EVENT = "event", "Veranstaltung", "event"
    STAFF = "staff", "Personal", "staff"


class Funder(Code):
    """Who gives funds."""

    DISTRICT = "district", "Landkreis", "district"
    LAND = "land", "Land", "Land"
    FEDERAL = "federal", "Bund", "federation"
    FOUNDATION = "foundation", "Stiftung", "foundation"


class FieldOfAction(Code):
    """A field of action of the network (Handlungsfeld)."""

    LANGUAGE = "language", "Sprache und Bildung", "language and education"
    WORK = "work", "Arbeit und Ausbildung", "work and training"
    HOUSING = "housing", "Wohnen", "housing"
    HEALTH = "health", "Gesundheit", "health"
    PARTICIPATION = "participation", "Teilhabe", "participation"
    VOLUNTEERING = "volunteering", "Ehrenamt", "volunteering"


class MeasureStatus(Code):
    """How far a measure of the plan is."""

    PLANNED = "planned", "geplant", "planned"
    RUNNING = "running", "laufend", "running"
    DONE = "done", "abgeschlossen", "done"
    DROPPED = "dropped", "aufgegeben", "dropped"


class AgreementScope(Code):
    """What partners agree on."""

    LABOUR_INTEGRATION = "labour-integration", "Integration in Arbeit", "integration into work"
    ADVICE = "advice", "gemeinsame Beratung", "joint advice"
    DATA_EXCHANGE = "data-exchange", "Datenaustausch", "exchange of data"


class ConferenceRole(Code):
    """Who takes part in a case conference."""

    DISTRICT = "district", "Landkreis", "district"
    JOBCENTER = "jobcenter", "Jobcenter", "jobcenter"
    GUIDE = "guide", "Lotsin oder Lotse", "guide"
    COUNSELLOR = "counsellor", "Beratungsstelle", "counsellor"
    PERSON = "person", "die Person selbst", "the person"


class ConferenceAction(Code):
    """What a case conference agrees on."""

    COURSE = "course", "Kurs suchen", "find a course"
    HOUSING = "housing", "Wohnung suchen", "find a flat"
    WORK = "work", "Arbeit vermitteln", "find work"
    CHILDCARE = "childcare", "Betreuung suchen", "find childcare"
    PAPERS = "papers", "Unterlagen beschaffen", "get papers"


class VisitBody(Code):
    """Which body visits."""

    LAND_COMMISSIONER = (
        "land-commissioner",
        "Integrationsbeauftragte des Landes",
        "commissioner of the Land",
    )
    MINISTRY = "ministry", "Ministerium", "ministry"
    DISTRICT = "district", "anderer Landkreis", "another district"
    PARLIAMENT = "parliament", "Parlament", "parliament"
