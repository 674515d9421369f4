"""What notify says about corrections that others have to know of."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from staffel_contracts.codes import SheetField
from staffel_contracts.fact import Fact, Ref


class RectificationPropagated(Fact):
    """Whoever had received a wrong value was told that it was corrected, and which field it is.

    The corrected values are fetched with the sheet; no feed has them. In a feed, ``entry`` names
    the entry that corrected.
    """

    SINCE: ClassVar[str] = "0.2.0"
    BASIS: ClassVar[str] = "Art. 16, 19 DSGVO"
    VALID_ON: ClassVar[str | None] = "corrected_on"

    rectification_ref: Ref
    """The entry that corrected, such as ``intake/77``."""
    corrected_on: date
    field_codes: tuple[SheetField, ...] = Field(min_length=1)
    recipients: tuple[Ref, ...]
    """The agencies that were told; the person may ask for them."""
