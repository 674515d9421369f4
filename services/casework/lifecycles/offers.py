"""Lifecycles about providers of offers."""

from services.chassis.lifecycle import NEW, Deadline, Lifecycle, Step, said_day
from staffel_contracts.commands import casework as commands
from staffel_contracts.facts import casework as facts

PROVIDER = Lifecycle(
    name="provider",
    ref="provider_ref",
    steps=(
        Step(commands.RegisterProvider, facts.ProviderRegistered, after=(NEW,)),
        Step(
            commands.UpdateProvider,
            facts.ProviderUpdated,
            after=(facts.ProviderRegistered, facts.ProviderUpdated),
        ),
        Step(
            commands.RetireProvider,
            facts.ProviderRetired,
            after=(facts.ProviderRegistered, facts.ProviderUpdated),
        ),
    ),
)

OFFER = Lifecycle(
    name="offer",
    ref="offer_ref",
    steps=(
        Step(commands.PublishOffer, facts.OfferPublished, after=(NEW,)),
        Step(
            commands.UpdateOffer,
            facts.OfferUpdated,
            after=(
                facts.OfferPublished,
                facts.OfferUpdated,
                facts.OfferReviewDue,
                facts.OfferConfirmed,
                facts.OfferChangeRequested,
                facts.OfferChangeApplied,
                facts.OfferChangeDeclined,
            ),
        ),
        Step(
            commands.WithdrawOffer,
            facts.OfferWithdrawn,
            after=(
                facts.OfferPublished,
                facts.OfferUpdated,
                facts.OfferReviewDue,
                facts.OfferConfirmed,
                facts.OfferChangeRequested,
                facts.OfferChangeApplied,
                facts.OfferChangeDeclined,
            ),
        ),
        Step(
            commands.ConfirmOffer,
            facts.OfferConfirmed,
            after=(
                facts.OfferPublished,
                facts.OfferUpdated,
                facts.OfferReviewDue,
                facts.OfferConfirmed,
                facts.OfferChangeRequested,
                facts.OfferChangeApplied,
                facts.OfferChangeDeclined,
            ),
        ),
        Step(
            commands.RequestOfferChange,
            facts.OfferChangeRequested,
            after=(
                facts.OfferPublished,
                facts.OfferUpdated,
                facts.OfferReviewDue,
                facts.OfferConfirmed,
                facts.OfferChangeRequested,
                facts.OfferChangeApplied,
                facts.OfferChangeDeclined,
            ),
        ),
        Step(
            commands.ApplyOfferChange, facts.OfferChangeApplied, after=(facts.OfferChangeRequested,)
        ),
        Step(
            commands.DeclineOfferChange,
            facts.OfferChangeDeclined,
            after=(facts.OfferChangeRequested,),
        ),
    ),
    deadlines=(
        Deadline(
            facts.OfferReviewDue,
            after=(
                facts.OfferPublished,
                facts.OfferUpdated,
                facts.OfferConfirmed,
                facts.OfferChangeApplied,
                facts.OfferChangeDeclined,
            ),
            on=said_day("assured_on", months=12),
        ),
    ),
)

OFFER_REFERRAL = Lifecycle(
    name="offer-referral",
    ref="referral_ref",
    steps=(
        Step(commands.SendOfferReferral, facts.OfferReferralSent, after=(NEW,)),
        Step(
            commands.ReportOfferReferralAccepted,
            facts.OfferReferralAccepted,
            after=(facts.OfferReferralSent,),
        ),
        Step(
            commands.ReportOfferReferralDeclined,
            facts.OfferReferralDeclined,
            after=(facts.OfferReferralSent,),
        ),
        Step(
            commands.ReportOfferReferralCompleted,
            facts.OfferReferralCompleted,
            after=(facts.OfferReferralAccepted,),
        ),
        Step(
            commands.ReportOfferReferralNoShow,
            facts.OfferReferralNoShow,
            after=(facts.OfferReferralAccepted,),
        ),
    ),
)

GROUP_OFFER = Lifecycle(
    name="group-offer",
    ref="group_ref",
    steps=(
        Step(
            commands.ScheduleGroupOffer,
            facts.GroupOfferScheduled,
            after=(NEW, facts.GroupOfferScheduled),
            planned=True,
        ),
        Step(
            commands.ReportGroupOfferHeld,
            facts.GroupOfferHeld,
            after=(NEW, facts.GroupOfferScheduled),
        ),
    ),
)
