"""What notify says about subscribers: programs that an agency has called back by HTTP.

No person is in them: a call carries an entry's place in the agency's own feed.
"""

from datetime import date, datetime
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import CallbackFault, PersonalData, Retention, Status
from staffel_contracts.fact import Fact, Ref, Weight


class SubscriberFact(Fact):
    """What every fact about one subscriber carries."""

    BASE: ClassVar[bool] = True
    WEIGHT: ClassVar[Weight] = Weight.TECHNICAL
    PERSONAL: ClassVar[PersonalData] = PersonalData.NONE
    RETENTION: ClassVar[Retention] = Retention.OPEN_DATA
    STATUS: ClassVar[Status] = Status.PLANNED
    SINCE: ClassVar[str] = "0.2.0"

    subscriber: Ref
    agency: Ref
    """The agency whose program it is."""


class SubscriberRegistered(SubscriberFact):
    """The agency wants these types of its feed sent to an address that it gave.

    Address and secret are settings, and in no entry.
    """

    VALID_ON: ClassVar[str | None] = "registered_on"

    registered_on: date
    event_types: tuple[Ref, ...] = ()
    """Types without version; empty means all."""


class CallbackFact(SubscriberFact):
    """What every fact about one call carries."""

    BASE: ClassVar[bool] = True

    feed_index: int = Field(ge=0)
    """The entry of the agency's feed that was sent."""
    attempt: int = Field(ge=1)


class CallbackDelivered(CallbackFact):
    """The subscriber took the entry in."""

    VALID_ON: ClassVar[str | None] = "delivered_on"

    delivered_on: date


class CallbackFailed(CallbackFact):
    """The subscriber did not take the entry in; it is tried again at ``next_try``."""

    VALID_ON: ClassVar[str | None] = "failed_on"

    failed_on: date
    fault_code: CallbackFault
    next_try: datetime
    """UTC."""


class CallbackParked(CallbackFact):
    """The attempts are spent: this entry and later ones wait until a person lets them go on.

    None is skipped; the feed itself is not affected.
    """

    VALID_ON: ClassVar[str | None] = "parked_on"

    parked_on: date
    fault_code: CallbackFault
