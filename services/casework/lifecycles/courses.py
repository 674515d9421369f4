"""Lifecycles about the right and the duty to attend a course."""

from services.chassis.lifecycle import NEW, Deadline, Lifecycle, Step, said_day
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

COURSE_RIGHT = Lifecycle(
    name="course-right",
    ref="",
    steps=(
        Step(
            commands.RecordCourseEntitlement,
            facts.CourseEntitlementIssued,
            after=(
                NEW,
                facts.CourseEntitlementLapsed,
                facts.CourseEntitlementIssued,
                facts.CourseEntitlementExpiring,
            ),
        ),
        Step(
            commands.ReportCourseEntitlementLapsed,
            facts.CourseEntitlementLapsed,
            after=(facts.CourseEntitlementIssued, facts.CourseEntitlementExpiring),
        ),
    ),
    deadlines=(
        Deadline(
            facts.CourseEntitlementExpiring,
            after=(facts.CourseEntitlementIssued,),
            on=said_day("lapse_on", days=-90),
        ),
    ),
)

COURSE_DUTY = Lifecycle(
    name="course-duty",
    ref="",
    steps=(
        Step(
            commands.ImposeCourseObligation,
            facts.CourseObligationImposed,
            after=(NEW, facts.CourseObligationLifted),
        ),
        Step(
            commands.LiftCourseObligation,
            facts.CourseObligationLifted,
            after=(facts.CourseObligationImposed,),
        ),
    ),
)

COURSE_PLACE = Lifecycle(
    name="course-place",
    ref="request_ref",
    steps=(
        Step(
            commands.RequestCoursePlace,
            facts.CoursePlaceRequested,
            after=(NEW, facts.CoursePlaceRequested),
        ),
    ),
)

COURSE_REPORT = Lifecycle(
    name="course-report",
    ref="course_ref",
    steps=(
        Step(
            commands.ReportIrregularAttendance,
            facts.CourseAttendanceIrregular,
            after=(NEW, facts.CourseAttendanceIrregular, facts.CourseInterrupted),
        ),
        Step(
            commands.ReportCourseInterrupted,
            facts.CourseInterrupted,
            after=(NEW, facts.CourseAttendanceIrregular, facts.CourseInterrupted),
        ),
        Step(
            commands.ReportCourseCompleted,
            facts.CourseCompleted,
            after=(NEW, facts.CourseAttendanceIrregular, facts.CourseInterrupted),
        ),
    ),
)
