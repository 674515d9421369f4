"""Lifecycles about the network of agencies and helpers: working groups, meetings, agreements."""

from services.chassis.lifecycle import NEW, Deadline, Lifecycle, Step, said_day
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

WORKING_GROUP = Lifecycle(
    name="working-group",
    ref="working_group_ref",
    steps=(
        Step(commands.FormWorkingGroup, facts.WorkingGroupFormed, after=(NEW,)),
        Step(
            commands.RecordWorkingGroupResult,
            facts.WorkingGroupResultRecorded,
            after=(facts.WorkingGroupFormed, facts.WorkingGroupResultRecorded),
        ),
    ),
)

NETWORK_MEETING = Lifecycle(
    name="network-meeting",
    ref="meeting_ref",
    steps=(Step(commands.ReportNetworkMeeting, facts.NetworkMeetingHeld, after=(NEW,)),),
)

COORDINATION_MEETING = Lifecycle(
    name="coordination-meeting",
    ref="meeting_ref",
    steps=(Step(commands.ReportCoordinationMeeting, facts.CoordinationMeetingHeld, after=(NEW,)),),
)

INTEGRATION_CONCEPT = Lifecycle(
    name="integration-concept",
    ref="document_ref",
    steps=(
        Step(
            commands.ReportIntegrationConceptAdopted, facts.IntegrationConceptAdopted, after=(NEW,)
        ),
    ),
)

MEASURE = Lifecycle(
    name="plan-measure",
    ref="measure_ref",
    steps=(
        Step(
            commands.ChangeMeasureStatus,
            facts.MeasureStatusChanged,
            after=(NEW, facts.MeasureStatusChanged),
        ),
    ),
)

PUBLICATION = Lifecycle(
    name="publication",
    ref="document_ref",
    steps=(
        Step(
            commands.PublishInformationMaterial,
            facts.InformationMaterialPublished,
            after=(NEW, facts.InformationMaterialPublished),
        ),
    ),
)

PARTNER_OVERVIEW = Lifecycle(
    name="partner-overview",
    ref="document_ref",
    steps=(
        Step(
            commands.PublishPartnerOverview,
            facts.PartnerOverviewPublished,
            after=(NEW, facts.PartnerOverviewPublished),
        ),
    ),
)

AGREEMENT = Lifecycle(
    name="agreement",
    ref="agreement_ref",
    steps=(
        Step(
            commands.SignCooperationAgreement,
            facts.CooperationAgreementSigned,
            after=(
                NEW,
                facts.CooperationAgreementExpiring,
                facts.CooperationAgreementSigned,
                facts.PartnerJoined,
            ),
        ),
        Step(
            commands.JoinCooperationAgreement,
            facts.PartnerJoined,
            after=(
                facts.CooperationAgreementSigned,
                facts.PartnerJoined,
                facts.CooperationAgreementExpiring,
            ),
        ),
    ),
    deadlines=(
        Deadline(
            facts.CooperationAgreementExpiring,
            after=(facts.CooperationAgreementSigned, facts.PartnerJoined),
            on=said_day("until", days=-90),
        ),
    ),
)

RULE_SET = Lifecycle(
    name="rule-set",
    ref="rule_set_ref",
    steps=(Step(commands.PublishRuleSet, facts.RuleSetPublished, after=(NEW,), planned=True),),
)

VISIT = Lifecycle(
    name="visit",
    ref="visit_ref",
    steps=(Step(commands.RecordExchangeVisit, facts.ExchangeVisitRecorded, after=(NEW,)),),
)
