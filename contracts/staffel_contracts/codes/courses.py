"""Codes of courses."""

from staffel_contracts.codes.base import Code


class CourseKind(Code):
    """Kinds of integration courses."""

    INTEGRATION = "integration", "Allgemeiner Integrationskurs", "general integration course"
    LITERACY = "literacy", "Alphabetisierungskurs", "literacy course"
    INTENSIVE = "intensive", "Intensivkurs", "intensive course"
    YOUTH = "youth", "Jugendintegrationskurs", "youth integration course"
    WOMEN = "women", "Eltern- und Frauenintegrationskurs", "course for parents and women"
