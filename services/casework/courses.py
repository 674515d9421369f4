"""Courses of a case: the responsible agency reports that a person registered, and began."""

from datetime import date
from typing import Any

from services.casework.state import Case
from services.chassis.decider import Asked, Refused
from services.chassis.replacing import replace
from staffel_contracts.codes import RefusalCode
from staffel_contracts.commands.casework import ReportCourseEnrolment, ReportCourseStart
from staffel_contracts.fact import Fact
from staffel_contracts.facts.casework import CourseEnrolled, CourseStarted


def enrol(state: Case, asked: Asked[ReportCourseEnrolment], today: date) -> Fact:
    """Decide about a registration (§ 7 IntV).

    Raises:
        Refused: another agency is responsible, it is known already, or the dates contradict.
    """
    command = asked.command
    _only_the_responsible(state, asked)
    if command.course_ref in state.courses:
        raise Refused(RefusalCode.ALREADY_ENROLLED, "enrolled in this course", "course_ref")
    if command.enrolled_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "not enrolled yet", "enrolled_on")
    if command.expected_start_on < command.enrolled_on:
        detail = "starts before the registration"
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, detail, "expected_start_on")
    return CourseEnrolled(
        course_ref=command.course_ref,
        provider_ref=command.provider_ref,
        course_kind=command.course_kind,
        enrolled_on=command.enrolled_on,
        expected_start_on=command.expected_start_on,
    )


def start(state: Case, asked: Asked[ReportCourseStart], today: date) -> Fact:
    """Decide about a start; it counts the days since the registration (§ 7 Abs. 4 IntV).

    Raises:
        Refused: another agency is responsible, not enrolled, started, or the dates contradict.
    """
    command = asked.command
    _only_the_responsible(state, asked)
    course = state.courses.get(command.course_ref)
    if course is None:
        raise Refused(RefusalCode.NOT_ENROLLED, "no registration for this course", "course_ref")
    if "started_on" in course:
        raise Refused(RefusalCode.ALREADY_STARTED, "the start is recorded", "course_ref")
    if command.started_on > today:
        raise Refused(RefusalCode.DATE_IN_FUTURE, "not started yet", "started_on")
    waited = (command.started_on - date.fromisoformat(course["enrolled_on"])).days
    if waited < 0:
        raise Refused(RefusalCode.IMPLAUSIBLE_DATES, "before the registration", "started_on")
    return CourseStarted(
        course_ref=command.course_ref, started_on=command.started_on, days_waited=waited
    )


def enrolled(state: Case, fact: CourseEnrolled) -> Case:
    """The state after a registration."""
    course = {"enrolled_on": fact.enrolled_on.isoformat()}
    return replace(state, courses=state.courses | {fact.course_ref: course})


def started(state: Case, fact: CourseStarted) -> Case:
    """The state after a start."""
    course = state.courses[fact.course_ref] | {"started_on": fact.started_on.isoformat()}
    return replace(state, courses=state.courses | {fact.course_ref: course})


def _only_the_responsible(state: Case, asked: Asked[Any]) -> None:
    if state.person is None and state.handoff is None:
        raise Refused(RefusalCode.NOT_FOUND, "no such case", "case")
    if asked.agency != state.responsible:
        raise Refused(RefusalCode.NOT_RESPONSIBLE, "another agency is responsible", "case")
