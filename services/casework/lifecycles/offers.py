"""Lifecycles about providers, their offers, groups, and persons who are referred to one."""

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

_PUBLISHED = (
    facts.OfferPublished,
    facts.OfferUpdated,
    facts.OfferReviewDue,
    facts.OfferConfirmed,
    facts.OfferChangeRequested,
    facts.OfferChangeApplied,
    facts.OfferChangeDeclined,
)
# A review that falls due while a change is asked for does not answer it.
_CHANGE_REQUESTED = (facts.OfferChangeRequested, facts.OfferReviewDue)

OFFER = Lifecycle(
    name="offer",
    ref="offer_ref",
    steps=(
        Step(commands.PublishOffer, facts.OfferPublished, after=(NEW,)),
        Step(
            commands.UpdateOffer,
            facts.OfferUpdated,
            after=_PUBLISHED,
        ),
        Step(
            commands.WithdrawOffer,
            facts.OfferWithdrawn,
            after=_PUBLISHED,
        ),
        Step(
            commands.ConfirmOffer,
            facts.OfferConfirmed,
            after=_PUBLISHED,
        ),
        Step(
            commands.RequestOfferChange,
            facts.OfferChangeRequested,
            after=_PUBLISHED,
        ),
        Step(commands.ApplyOfferChange, facts.OfferChangeApplied, after=_CHANGE_REQUESTED),
        Step(
            commands.DeclineOfferChange,
            facts.OfferChangeDeclined,
            after=_CHANGE_REQUESTED,
        ),
    ),
    deadlines=(
        Deadline(
            facts.OfferReviewDue,
            after=tuple(fact for fact in _PUBLISHED if fact is not facts.OfferReviewDue),
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
