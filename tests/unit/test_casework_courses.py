"""Courses: the agency that is responsible that day reports them, no other."""

import pytest

from services.casework.app import SERVICE
from services.chassis.decider import Refused
from staffel_contracts.codes import CourseKind, RefusalCode
from staffel_contracts.command import Command
from staffel_contracts.commands.casework import ReportCourseEnrolment, ReportCourseStart
from staffel_contracts.facts.casework import CourseEnrolled, CourseStarted
from tests.support.entries import (
    RECEIVER,
    SENDER,
    STRANGER,
    accepted,
    admitted,
    charged,
    handed_over,
    recognised,
)
from tests.support.given import CASE, Given, day


def _case() -> Given:
    case = Given(SERVICE, "2025-04-14")
    case.hears(admitted(), recognised())
    return case


def _moved() -> Given:
    case = _case()
    case.hears(charged(), handed_over(), accepted(), charged(RECEIVER, "2025-05-01", "handoff-1"))
    return case


def _enrolment(
    course: str = "course-1", on: str = "2025-04-14", start: str = "2025-05-19"
) -> ReportCourseEnrolment:
    return ReportCourseEnrolment(
        case=CASE,
        course_ref=course,
        provider_ref="vhs-potsdam",
        course_kind=CourseKind.INTEGRATION,
        enrolled_on=day(on),
        expected_start_on=day(start),
    )


def _start(course: str = "course-1", on: str = "2025-05-26") -> ReportCourseStart:
    return ReportCourseStart(case=CASE, course_ref=course, started_on=day(on))


def _refusal(case: Given, command: Command, agency: str) -> tuple[RefusalCode, str | None]:
    with pytest.raises(Refused) as refusal:
        case.asks(command, agency)
    return refusal.value.code, refusal.value.field


def test_the_district_enrols_while_it_is_responsible() -> None:
    (enrolled,) = _case().asks(_enrolment(), SENDER)

    assert isinstance(enrolled, CourseEnrolled)
    assert enrolled.enrolled_on == day("2025-04-14")


def test_after_the_change_the_jobcenter_enrols() -> None:
    (enrolled,) = _moved().asks(_enrolment(), RECEIVER)

    assert isinstance(enrolled, CourseEnrolled)


@pytest.mark.parametrize(
    ("case", "agency"), [(_case(), RECEIVER), (_moved(), SENDER), (_moved(), STRANGER)]
)
def test_an_agency_that_is_not_responsible_reports_nothing(case: Given, agency: str) -> None:
    assert _refusal(case, _enrolment(), agency) == (RefusalCode.NOT_RESPONSIBLE, "case")
    assert _refusal(case, _start(), agency) == (RefusalCode.NOT_RESPONSIBLE, "case")


def test_the_days_waited_are_counted_across_the_change_of_agency() -> None:
    case = _case()
    case.asks(_enrolment(on="2025-04-14"), SENDER)
    case.hears(charged(), handed_over(), accepted(), charged(RECEIVER, "2025-05-01", "handoff-1"))
    case.on("2025-05-26")

    (started,) = case.asks(_start(on="2025-05-26"), RECEIVER)

    assert isinstance(started, CourseStarted)
    assert started.days_waited == 42


def test_two_courses_are_kept_apart() -> None:
    case = _case()
    case.asks(_enrolment("course-1"), SENDER)
    case.asks(_enrolment("course-2"), SENDER)
    case.on("2025-05-26")

    case.asks(_start("course-2"), SENDER)

    assert case.state().courses == {
        "course-1": {"enrolled_on": "2025-04-14"},
        "course-2": {"enrolled_on": "2025-04-14", "started_on": "2025-05-26"},
    }
    assert case.folded() == case.own()


def test_a_course_is_enrolled_in_once() -> None:
    case = _case()
    case.asks(_enrolment(), SENDER)

    refusal = _refusal(case, _enrolment(), SENDER)

    assert refusal == (RefusalCode.ALREADY_ENROLLED, "course_ref")


def test_a_course_starts_once() -> None:
    case = _case()
    case.asks(_enrolment(), SENDER)
    case.on("2025-05-26")
    case.asks(_start(), SENDER)

    assert _refusal(case, _start(), SENDER) == (RefusalCode.ALREADY_STARTED, "course_ref")


def test_nobody_starts_a_course_without_a_registration() -> None:
    assert _refusal(_case(), _start(), SENDER) == (RefusalCode.NOT_ENROLLED, "course_ref")


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (_enrolment(on="2025-04-15"), RefusalCode.DATE_IN_FUTURE, "enrolled_on"),
        (_enrolment(start="2025-04-13"), RefusalCode.IMPLAUSIBLE_DATES, "expected_start_on"),
        (_start("known", "2025-04-15"), RefusalCode.DATE_IN_FUTURE, "started_on"),
        (_start("known", "2025-04-13"), RefusalCode.IMPLAUSIBLE_DATES, "started_on"),
    ],
)
def test_dates_that_cannot_be_are_refused(command: Command, code: RefusalCode, field: str) -> None:
    case = _case()
    case.asks(_enrolment("known"), SENDER)

    assert _refusal(case, command, SENDER) == (code, field)


def test_a_case_that_nobody_knows_is_not_found() -> None:
    case = Given(SERVICE, "2025-04-14")

    assert _refusal(case, _enrolment(), SENDER) == (RefusalCode.NOT_FOUND, "case")
